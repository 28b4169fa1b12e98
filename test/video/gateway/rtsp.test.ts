import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Input } from '../../../server/video/gateway/input.ts'
import { RtspAnswers } from '../../../server/video/gateway/rtsp-answers.ts'
import { openRtsp, scriptFor } from '../../../server/video/gateway/rtsp-input.ts'
import { StreamTrouble } from '../../../server/video/trouble.ts'
import { guardedAgent } from '../../../server/video/upstream.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { refusalOf } from './rig.ts'

const program = { command: 'ffmpeg', hasInputOptions: true }
const hosts = { resolve: (host: string) => Promise.resolve({ address: host }) }
const answer = (status: string, headers: readonly string[] = [], body = ''): string =>
  [`RTSP/1.0 ${status}`, 'CSeq: 1', ...headers, `Content-Length: ${String(Buffer.byteLength(body))}`, '', body].join('\r\n')
const packet = (content: string): string => `$\0${String.fromCharCode(content.length >> 8, content.length & 0xff)}${content}`

/** cuts a text of single bytes at these places */
function cut(whole: string, places: readonly number[]): readonly Buffer[] {
  const ends = [...new Set(places.map((place) => place % whole.length)), whole.length].sort((a, b) => a - b)
  return ends.map((end, index) => Buffer.from(whole.slice(ends[index - 1] ?? 0, end), 'latin1'))
}
const places = fc.array(fc.nat(), { maxLength: 30 })

describe('what a camera answers before it plays', () => {
  const description = answer('200 OK', ['Content-Type: application/sdp'], 'v=0\r\n\r\nRTSP/1.0 302 in a body is none\r\n')
  const fine = `${answer('200 OK')}${answer('401 Unauthorized')}${packet('RTSP/1.0 302 nor is it in a packet\r\n\r\n')}${description}`

  it('passes byte by byte as it came, in whatever pieces', () => {
    fc.assert(
      fc.property(places, (at) => {
        const answers = new RtspAnswers()
        const passed = Buffer.concat(cut(fine, at).map((piece) => answers.take(piece)))
        expect(passed.toString('latin1')).toBe(fine)
        expect(answers.status).toBe(200)
      }),
    )
  })

  it.each([
    ['after good answers', fine],
    ['at once', ''],
    ['after an empty line', '\r\n\r\n'],
    ['after a packet', packet('x'.repeat(300))],
  ])('never passes a redirect: %s', (_name, before) => {
    const away = answer('302 Moved', ['Location: rtsp://10.0.0.1:6379/x'])
    fc.assert(
      fc.property(places, (at) => {
        const answers = new RtspAnswers()
        const passed: Buffer[] = []
        expect(() => {
          for (const piece of cut(before + away, at)) passed.push(answers.take(piece))
        }).toThrow(StreamTrouble)
        expect(Buffer.concat(passed).toString('latin1')).not.toContain('10.0.0.1')
      }),
    )
  })

  it.each(['HTTP/1.1 302 Found\r\nLocation: rtsp://10.0.0.1/\r\n\r\n', 'SSH-2.0-OpenSSH\r\n\r\n', 'x'.repeat(70_000)])(
    'nor what is no RTSP',
    (said) => {
      expect(() => new RtspAnswers().take(Buffer.from(said))).toThrow('does not speak RTSP')
    },
  )

  it('what comes while it plays is passed on unread, but for the answer to playing', () => {
    const answers = new RtspAnswers()
    answers.play()
    for (const said of [answer('454 Session Not Found'), answer('501 Not Implemented'), '\0 garbage']) {
      expect(answers.take(Buffer.from(said)).toString()).toBe(said)
    }
    expect(answers.status).toBe(454)
  })
})

describe('what ffmpeg is told', () => {
  it.each([
    ['rtsp://10.0.0.9/a/b?c=1', 'rtsp://127.0.0.1:4000/a/b?c=1'],
    ["rtsps://us%40er:p'w@[fe80::1]:322/it's", String.raw`rtsp://us%40er:p'\''w@127.0.0.1:4000/it'\''s`],
    ["rtsp://h/a'\nfile 'file:///etc/passwd", String.raw`rtsp://127.0.0.1:4000/a'\''file%20'\''file:///etc/passwd`],
  ])('%s is one file, at our port', (address, told) => {
    const script = scriptFor(new URL(address), 4_000, program)
    expect(script.split('\n').slice(0, 2)).toEqual(['ffconcat version 1.0', `file '${told}'`])
    expect(script).toContain('\noption rtsp_transport tcp\n')
  })

  it('before version 5, which knows no options in a list, none', () => {
    expect(scriptFor(new URL('rtsp://h/a'), 4_000, { ...program, hasInputOptions: false })).toBe(
      "ffconcat version 1.0\nfile 'rtsp://127.0.0.1:4000/a'\n",
    )
  })
})

describe('the connection to a camera', () => {
  it('is handed to one caller, and to no second', async () => {
    const { caller, camera, port } = await connected((said) => answer(said.startsWith('OPTIONS') ? '200 OK' : '404 Not Found'))
    caller.write('OPTIONS rtsp://127.0.0.1/x RTSP/1.0\r\nCSeq: 1\r\n\r\n')
    expect(String(await once(caller, 'data'))).toBe(answer('200 OK'))
    expect(camera.callers).toBe(1)
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
  })

  it.each([
    ['401 Unauthorized', 'no-permission: the camera refuses the user or the password'],
    ['404 Not Found', 'no-stream: the camera knows no stream at the address given for it'],
    ['453 Not Enough Bandwidth', 'busy: the camera has no room for one more viewer'],
  ])('tells %s in words', async (status, told) => {
    const { caller, input } = await connected(() => answer(status))
    caller.write('DESCRIBE rtsp://127.0.0.1/x RTSP/1.0\r\nCSeq: 1\r\n\r\n')
    await once(caller, 'data')
    expect(told).toBe(`${String(input.trouble()?.state)}: ${String(input.trouble()?.message)}`)
  })

  it('is closed on ffmpeg when the camera redirects it, and the camera is to blame', async () => {
    const { caller, input } = await connected(() => answer('302 Moved', ['Location: rtsp://10.0.0.1/']))
    caller.write('DESCRIBE rtsp://127.0.0.1/x RTSP/1.0\r\nCSeq: 1\r\n\r\n')
    expect(await text(caller)).toBe('')
    expect(input.trouble()?.message).toBe('the camera sends us on to another address: refused')
  })

  it('is closed when the camera says nothing for 5 s, as after DESCRIBE', async () => {
    const { caller, input, clock } = await connected((said) => (said.startsWith('OPTIONS') ? answer('200 OK') : undefined))
    caller.write('OPTIONS rtsp://127.0.0.1/x RTSP/1.0\r\nCSeq: 1\r\n\r\n')
    await once(caller, 'data')
    caller.write('DESCRIBE rtsp://127.0.0.1/x RTSP/1.0\r\nCSeq: 2\r\n\r\n')
    clock.advance(4_999)
    expect(input.trouble()).toBeUndefined()
    clock.advance(1)
    await closed(caller)
    expect(input.trouble()?.message).toBe('the camera has said nothing for 5 s')
  })

  it('is TCP alone: an ffmpeg that asks for UDP first hears that there is none', async () => {
    const { caller, camera } = await connected(() => answer('200 OK'))
    caller.write('SETUP rtsp://127.0.0.1/x/1 RTSP/1.0\r\nTransport: RTP/AVP/UDP;unicast;client_port=5000-5001\r\nCSeq: 3\r\n\r\n')
    expect(String(await once(caller, 'data'))).toBe('RTSP/1.0 461 Unsupported transport\r\nCSeq: 3\r\n\r\n')
    caller.write('SETUP rtsp://127.0.0.1/x/1 RTSP/1.0\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nCSeq: 4\r\n\r\n')
    expect(String(await once(caller, 'data'))).toBe(answer('200 OK'))
    expect(camera.heard.join('')).not.toContain('UDP')
  })

  it('ends with ffmpeg, and ffmpeg’s with it', async () => {
    const first = await connected(() => answer('200 OK'))
    first.caller.destroy()
    await first.camera.left
    const second = await connected(() => answer('200 OK'))
    second.input.close()
    await closed(second.caller)
    await second.camera.left
  })

  it('is given up after 5 s, and at once when nobody wants it any more', async () => {
    // a camera that takes the connection and never says hello, which TLS begins with
    const camera = await startCamera(() => undefined)
    const stream = { url: `rtsps://127.0.0.1:${String(camera.port)}/x`, kind: 'rtsp', expiresAt: undefined } as const
    const clock = new ManualClock()
    const options = { program, clock, hosts, agent: guardedAgent(hosts) }
    const told = 'no-stream: nothing answers at the camera’s address and port'
    const late = refusalOf(openRtsp(stream, options, new AbortController().signal))
    clock.advance(5_000)
    expect(await late).toBe(told)
    const unwanted = new AbortController()
    const abandoned = refusalOf(openRtsp(stream, options, unwanted.signal))
    unwanted.abort()
    expect(await abandoned).toBe(told)
  })
})

/** however it was closed */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve())
  })

interface Camera {
  readonly port: number
  readonly heard: readonly string[]
  callers: number
  /** resolves when a caller has hung up */
  readonly left: Promise<unknown>
}

/** Answers each request with what `reply` says, or not at all. */
async function startCamera(reply: (said: string) => string | undefined): Promise<Camera> {
  const heard: string[] = []
  const server = createServer()
  const left = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'))
  const sockets: Socket[] = []
  server.on('connection', (socket) => {
    sockets.push(socket)
    camera.callers += 1
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes.toString('latin1'))
      const said = reply(bytes.toString('latin1'))
      if (said !== undefined) socket.write(said)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const camera = { port: (server.address() as AddressInfo).port, heard, callers: 0, left }
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return camera
}

/** A camera, its connection through the relay, and a caller in the place of ffmpeg. */
async function connected(reply: (said: string) => string | undefined): Promise<{
  readonly camera: Camera
  readonly input: Input
  readonly clock: ManualClock
  readonly port: number
  readonly caller: Socket
}> {
  const camera = await startCamera(reply)
  const clock = new ManualClock()
  const stream = { url: `rtsp://127.0.0.1:${String(camera.port)}/x`, kind: 'rtsp', expiresAt: undefined } as const
  const input = await openRtsp(stream, { program, clock, hosts, agent: guardedAgent(hosts) }, new AbortController().signal)
  const stdin = new PassThrough()
  input.feed(stdin)
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(await text(stdin))?.[1])
  const caller = connect(port, '127.0.0.1')
  await once(caller, 'connect')
  onTestFinished(() => {
    caller.destroy()
    input.close()
  })
  return { camera, input, clock, port, caller }
}

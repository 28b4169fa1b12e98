import { once } from 'node:events'
import { connect, createServer, isIP } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { secondMs } from '../../../contract/time.ts'
import type { Clock } from '../../core/clock.ts'
import { withDeadline } from '../deadline.ts'
import { StreamTrouble } from '../trouble.ts'
import { foreignHost } from '../upstream.ts'
import { addressOf, troubleOfStatus } from './input.ts'
import type { Input, InputOptions, OpenInput } from './input.ts'
import type { Program } from './program.ts'
import { RtspAnswers } from './rtsp-answers.ts'

const connectWithinMs = 5 * secondMs
const silentForMs = 5 * secondMs
const schemes = ['rtsp:', 'rtsps:']

/**
 * RTSP over TCP. We connect to the camera, and hand the connection to ffmpeg at a port of this machine that takes one caller and closes:
 * ffmpeg would go wherever the camera sends it. It ends when we do, since its connection does.
 */
export const openRtsp: OpenInput = async (stream, { program, clock, hosts }, signal) => {
  const address = addressOf(stream, schemes)
  const camera = await reach(address, { hosts, clock }, signal)
  const relay = new Relay(camera, clock)
  const port = await relay.listen()
  const protocols = program.hasInputOptions ? 'pipe,rtp,tcp' : 'pipe,rtp,tcp,udp'
  return {
    options: ['-protocol_whitelist', protocols, '-format_whitelist', 'concat,rtsp', '-f', 'concat', '-safe', '0', '-i', 'pipe:0'],
    feed: (stdin) => void stdin.end(scriptFor(address, port, program)),
    trouble: () => relay.trouble,
    close: () => relay.close(),
  } satisfies Input
}

/** A list of one file for ffmpeg's concat: read from standard input it hides user and password, which every argument shows to everybody. */
export function scriptFor(address: URL, port: number, { hasInputOptions }: Program): string {
  const local = new URL(address)
  local.protocol = 'rtsp:'
  local.hostname = '127.0.0.1'
  local.port = String(port)
  const quoted = `'${local.href.replaceAll("'", String.raw`'\''`)}'`
  const lines = ['ffconcat version 1.0', `file ${quoted}`]
  if (hasInputOptions) lines.push('option rtsp_transport tcp', 'option allowed_media_types video')
  return `${lines.join('\n')}\n`
}

/** Connects to what was looked at and found allowed: a name that changes its meaning afterwards leads nowhere. */
async function reach(address: URL, { hosts, clock }: Pick<InputOptions, 'hosts' | 'clock'>, signal: AbortSignal): Promise<Socket> {
  try {
    return await withDeadline(clock, connectWithinMs, (deadline) => connectTo(address, hosts, AbortSignal.any([signal, deadline])))
  } catch (cause) {
    if (cause instanceof StreamTrouble) throw cause
    throw new StreamTrouble('no-stream', 'nothing answers at the camera’s address and port', { cause })
  }
}

async function connectTo(address: URL, hosts: InputOptions['hosts'], signal: AbortSignal): Promise<Socket> {
  const host = address.hostname.replace(/^\[|\]$/g, '')
  const isTls = address.protocol === 'rtsps:'
  const port = address.port === '' ? (isTls ? 322 : 554) : Number(address.port)
  const found = await hosts.resolve(host, port)
  if (found === undefined) throw foreignHost()
  signal.throwIfAborted()
  const to = { host: found.address, port }
  const socket = isTls ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }) }) : connect(to)
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal })
    return socket
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  }
}

/** Between a camera and the one caller that may have its connection. */
class Relay {
  readonly #camera: Socket
  readonly #clock: Clock
  readonly #answers = new RtspAnswers()
  readonly #server: Server
  #ffmpeg: Socket | undefined
  #trouble: StreamTrouble | undefined
  #lastAt: number
  #stopWatching = (): void => undefined

  constructor(camera: Socket, clock: Clock) {
    this.#camera = camera
    this.#clock = clock
    this.#lastAt = clock.now()
    this.#server = createServer((caller) => this.#join(caller))
    camera.on('error', () => this.#end(undefined))
  }

  get trouble(): StreamTrouble | undefined {
    if (this.#trouble !== undefined) return this.#trouble
    const { status } = this.#answers
    return status !== undefined && status >= 400 ? troubleOfStatus(status) : undefined
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.#end(undefined)
  }

  #join(caller: Socket): void {
    if (this.#ffmpeg !== undefined) return void caller.destroy()
    this.#ffmpeg = caller
    this.#server.close()
    caller.setNoDelay(true)
    this.#lastAt = this.#clock.now()
    this.#stopWatching = this.#clock.every(secondMs, () => this.#watch())
    caller.on('error', () => this.#end(undefined)).on('close', () => this.#end(undefined))
    caller.on('data', (bytes: Buffer) => this.#ask(bytes))
    caller.on('drain', () => this.#camera.resume())
    this.#camera.on('close', () => caller.end()).on('data', (bytes: Buffer) => this.#answer(bytes, caller))
  }

  #ask(bytes: Buffer): void {
    const request = bytes.toString('latin1')
    if (/^SETUP .*RTP\/AVP(\/UDP)?;/s.test(request)) return void this.#ffmpeg?.write(declined(request))
    if (request.startsWith('PLAY ')) this.#answers.play()
    this.#camera.write(bytes)
  }

  #answer(bytes: Buffer, caller: Socket): void {
    this.#lastAt = this.#clock.now()
    try {
      if (!caller.write(this.#answers.take(bytes))) this.#camera.pause()
    } catch (error) {
      this.#end(error instanceof StreamTrouble ? error : undefined)
    }
  }

  #watch(): void {
    if (this.#clock.now() - this.#lastAt < silentForMs) return
    this.#end(new StreamTrouble('no-stream', `the camera has said nothing for ${String(silentForMs / secondMs)} s`))
  }

  #end(trouble: StreamTrouble | undefined): void {
    this.#trouble ??= trouble
    this.#stopWatching()
    this.#server.close()
    this.#camera.destroy()
    this.#ffmpeg?.destroy()
  }
}

/** An ffmpeg that cannot be told to use TCP tries UDP first, and TCP when a server has no other way (RFC 2326 §11.3.14). */
function declined(request: string): string {
  const number = /^CSeq: *(\d+)/im.exec(request)?.[1] ?? '0'
  return `RTSP/1.0 461 Unsupported transport\r\nCSeq: ${number}\r\n\r\n`
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootstrapToken, startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** ffmpeg is a player of another maker: what it can follow, our playlists and segments say correctly. */
describe('ffmpeg, as a viewer of a camera through the proxy', () => {
  let whole: Whole
  let source: string
  beforeAll(async () => {
    whole = await startWhole()
    await whole.startMocks()
    source = await firstOnline(whole)
  })
  afterAll(async () => {
    await whole.stop()
  })

  it('decodes six seconds of moving H.264 pictures without an error', async () => {
    const { code, frames, errors } = await decode(`${whole.url}/api/video/${encodeURIComponent(source)}/live.m3u8`)
    expect(errors).toBe('')
    expect(code).toBe(0)
    expect(frames.length).toBeGreaterThanOrEqual(80)
    expect(new Set(frames).size, 'the pictures move').toBeGreaterThan(40)
  })

  it('is refused without a session', async () => {
    const answer = await fetch(`${whole.url}/api/video/${encodeURIComponent(source)}/live.m3u8`)
    expect(answer.status).toBe(401)
  })
})

async function firstOnline(whole: Whole): Promise<string> {
  for (;;) {
    const { body } = await whole.get('/api/state?topics=video-sources@620802')
    const sources = (body as { topics: Record<string, { id: string; state: string }[]> }).topics['video-sources@620802'] ?? []
    const online = sources.find(({ state }) => state === 'online')
    if (online !== undefined) return online.id
    await new Promise((done) => setTimeout(done, 200))
  }
}

/** Hash of every decoded picture of six seconds, and what ffmpeg complained of. */
async function decode(url: string): Promise<{ code: number; frames: readonly string[]; errors: string }> {
  const headers = `Authorization: Bearer ${bootstrapToken}\r\n`
  const child = spawn('ffmpeg', ['-loglevel', 'error', '-headers', headers, '-i', url, '-t', '6', '-an', '-f', 'framemd5', '-'])
  let output = ''
  let errors = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  const [code] = (await once(child, 'exit')) as [number]
  const frames = output.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return { code, frames: frames.map((line) => line.split(',').at(-1)?.trim() ?? ''), errors }
}

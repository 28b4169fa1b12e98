import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileOf, livePlaylist, loopSegments } from '../../mock-streams/video/playlist.ts'

/** A media server with the stand-in's drawn pictures, for any number of cameras: H.264, 640×360, 15 frames a second. */
export interface Reels {
  readonly port: number
  close(): void
}

export const framesPerSecond = 15
const scenes = ['crossing', 'river', 'gate', 'square', 'community', 'hall']
const media = new URL('../../mock-streams/video/media/', import.meta.url)

export async function startReels(): Promise<Reels> {
  const startedAt = Date.now() - 60_000
  const segments = await Promise.all(scenes.map(readScene))
  const server = createServer((request, response) => {
    const [, camera = '', file = ''] = request.url?.split('/') ?? []
    const serial = Number(camera.replace(/\D/g, ''))
    if (file === 'live.m3u8') {
      // a camera begins somewhere in its loop: all of them at the same frame would be decoded in step
      const playlist = livePlaylist(Date.now(), { startedAt, phaseMs: serial * 700 })
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end(playlist)
      return
    }
    const segment = segments[serial % scenes.length]?.get(fileOf(parseInt(file)))
    response.writeHead(segment === undefined ? 404 : 200, { 'content-type': 'video/mp2t' }).end(segment)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function readScene(scene: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = Array.from({ length: loopSegments }, (_, number) => fileOf(number))
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(`${scene}/${name}`, media))] as const)))
}

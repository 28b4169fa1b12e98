import { Agent, get } from 'node:http'

/** Viewers in a process of their own: each asks for its camera's playlist at the pace of a player, and for every segment that is new in it. */
export interface Watch {
  readonly port: number
  readonly seconds: number
  readonly viewers: readonly { readonly path: string; readonly session: string | undefined }[]
}
export interface Watched {
  readonly requests: number
  readonly bytes: number
  readonly failures: number
  readonly playlistP50Ms: number
  readonly segmentP50Ms: number
}

const everyMs = 2_000
const agent = new Agent({ keepAlive: true, maxSockets: Infinity })

interface Counts {
  requests: number
  bytes: number
  failures: number
  readonly playlistMs: number[]
  readonly segmentMs: number[]
}

process.on('message', (watch: Watch) => {
  const counts: Counts = { requests: 0, bytes: 0, failures: 0, playlistMs: [], segmentMs: [] }
  const until = performance.now() + watch.seconds * 1_000
  const each = watch.viewers.map((viewer, index) =>
    view({ ...viewer, port: watch.port, until, delayMs: (index * everyMs) / watch.viewers.length }, counts),
  )
  void Promise.all(each).then(() => {
    const { playlistMs, segmentMs, ...told } = counts
    process.send?.({ ...told, playlistP50Ms: middle(playlistMs), segmentP50Ms: middle(segmentMs) } satisfies Watched)
  })
})
process.send?.({ ready: true })

const middle = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

interface Viewer {
  readonly port: number
  readonly path: string
  readonly session: string | undefined
  readonly until: number
  readonly delayMs: number
}

async function view(viewer: Viewer, counts: Counts): Promise<void> {
  await pause(viewer.delayMs)
  const seen = new Set<string>()
  for (let next = performance.now(); next < viewer.until; next += everyMs) {
    await pause(next - performance.now())
    const playlist = await ask(viewer, viewer.path, counts, counts.playlistMs)
    // names are renewed every few minutes, the numbers of segments are not: what a player goes by
    const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1])
    const lines = playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    // a player begins at the end
    const fresh = lines.map((line, index) => ({ line, number: String(first + index) })).slice(seen.size === 0 ? -2 : 0)
    for (const { line, number } of fresh) {
      if (seen.has(number)) continue
      seen.add(number)
      await ask(viewer, new URL(line, `http://media${viewer.path}`).pathname, counts, counts.segmentMs)
    }
  }
}

function ask({ port, session }: Viewer, path: string, counts: Counts, times: number[]): Promise<string> {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const headers = session === undefined ? {} : { cookie: `yiping_session=${session}` }
    const fail = (): void => {
      counts.failures += 1
      resolve('')
    }
    get({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      // only playlists are read as text: a slow audience would measure itself
      let text = ''
      const isText = path.includes('.m3u8')
      response.on('data', (piece: Buffer) => {
        counts.bytes += piece.length
        if (isText) text += piece.toString('latin1')
      })
      response.on('end', () => {
        counts.requests += 1
        times.push(performance.now() - startedAt)
        if (response.statusCode === 200) resolve(text)
        else fail()
      })
      response.on('error', fail)
    }).on('error', fail)
  })
}

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlaybackStretch, StateAnswer } from '../../contract/playback.ts'
import { dayMs, minuteMs, secondMs } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import { playbackRoute } from '../../server/http/playback.ts'
import { stateRoute } from '../../server/http/state.ts'
import { openDatabase } from '../../server/store/database.ts'
import { logFile, openEventLog } from '../../server/store/event-log.ts'
import { startHistorian } from '../../server/store/historian.ts'
import type { Historian } from '../../server/store/historian.ts'
import { House } from '../http/house.ts'
import { seeded } from '../support/district-life.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { yearRegistry } from './past-configuration.ts'
import { writeYear, yearBegins, yearDays } from './past-year.ts'
import { percentile } from './percentile.ts'

/** p50 and p95 */
export interface Spread {
  readonly p50Ms: number
  readonly p95Ms: number
}

export interface PastTimes {
  readonly facts: number
  readonly log: { readonly bytes: number }
  readonly checkpoints: { readonly count: number; readonly bytes: number; readonly largestBytes: number }
  /** any instant of the year, asked for over HTTP as a wall does */
  readonly instant: Spread
  /** how that instant went on, as a wall that plays at 60× asks for it */
  readonly next: Spread
  /** an instant within the hours around the last one that was asked for: what a hand on the slider does */
  readonly nearby: Spread
  /** rows between the checkpoint before an instant and it, read from SQLite and nothing else */
  readonly bare: Spread
}

/** what a wall follows on its overview and perception screens */
const kinds = [
  'work-orders',
  'subdistricts',
  'incidents',
  'sensors',
  'indicators',
  'feeds',
  'video-sources',
  'warnings',
  'work-order-totals',
  'units',
  'channels',
  'alarms',
  'walls',
] as const
const playedSpeed = 60

/** How long the past takes: a year of so many facts through the real log, checkpoints, historian's thread and HTTP. */
export async function pastTimes(facts: number, rounds: number): Promise<PastTimes> {
  const directory = mkdtempSync(join(tmpdir(), 'yiping-past-'))
  const configurationModule = new URL('./past-configuration.ts', import.meta.url).href
  const historian = startHistorian({ directory, configDirectory: directory, configurationModule, feeds: [...yearRegistry().feeds.values()] })
  try {
    const written = await record(directory, facts, historian)
    return { facts: written, ...sizesOf(directory), ...(await asked(directory, historian, rounds)) }
  } finally {
    await historian.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A server writes a checkpoint each hour; here one a day is written, since of a day that is over hardly more than its last would be kept. */
async function record(directory: string, facts: number, historian: Historian): Promise<number> {
  const log = openEventLog({ directory })
  try {
    await writeYear(log, facts, () => historian.checkpoint())
    return log.lastSeq
  } finally {
    log.close()
  }
}

async function asked(directory: string, historian: Historian, rounds: number): Promise<Pick<PastTimes, 'instant' | 'next' | 'nearby' | 'bare'>> {
  const clock = new ManualClock(yearBegins + (yearDays + 1) * dayMs)
  const isTopic = (name: string): boolean => name.includes('@')
  const playback = playbackRoute({ historian, isTopic, clock })
  // the state route stands in the server already: this one answers of this log
  const state = { ...stateRoute({ world: noWorld, historian, covered: () => undefined, isTopic, clock }), path: '/api/past-state' }
  const house = await new House({ routes: [playback, state] }).open()
  const cookie = `yiping_session=${house.signIn('wall')}`
  const topics = kinds.map((kind) => topicName(kind, '620802')).join(',')
  const get = async <T>(path: string): Promise<readonly [T, number]> => {
    const began = performance.now()
    const { status, text } = await house.ask('GET', path, { headers: { cookie } })
    if (status !== 200) throw new Error(`${path} was answered with ${String(status)}: ${text.slice(0, 300)}`)
    return [JSON.parse(text) as T, performance.now() - began]
  }
  const random = seeded(20_261)
  const times: { instant: number[]; next: number[]; nearby: number[]; bare: number[] } = { instant: [], next: [], nearby: [], bare: [] }
  const bare = bareReader(directory)
  try {
    // the first question starts the thread
    await get(`/api/past-state?topics=${topics}&at=${String(yearBegins + dayMs)}`)
    for (let round = 0; round < rounds; round += 1) {
      const at = yearBegins + Math.floor(random() * (yearDays - 1) * dayMs) + minuteMs * 10
      const [{ seq }, instantMs] = await get<StateAnswer>(`/api/past-state?topics=${topics}&at=${String(at)}`)
      const until = at + 4 * secondMs * playedSpeed
      const stretch = `after=${String(seq)}&from=${String(at)}&until=${String(until)}&step=${String((secondMs / 4) * playedSpeed)}`
      const [, nextMs] = await get<PlaybackStretch>(`/api/playback?topics=${topics}&${stretch}`)
      const near = at + Math.floor((random() - 0.5) * 8 * 60) * minuteMs
      const [, nearMs] = await get<StateAnswer>(`/api/past-state?topics=${topics}&at=${String(Math.max(yearBegins + minuteMs * 10, near))}`)
      times.instant.push(instantMs)
      times.next.push(nextMs)
      times.nearby.push(nearMs)
      times.bare.push(bare.read(seq))
    }
    return { instant: spread(times.instant), next: spread(times.next), nearby: spread(times.nearby), bare: spread(times.bare) }
  } finally {
    bare.close()
    await house.close()
  }
}

const noWorld = { seq: 0, at: 0, read: () => ({}) }

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other)
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) }
}

/** What SQLite itself takes for the rows that an instant is folded from. */
function bareReader(directory: string): { read(upTo: number): number; close(): void } {
  const database = openDatabase(logFile(directory), { readOnly: true })
  const rows = database.statement<{ facts: string }>('SELECT first_seq, count, at, feed, facts FROM batches WHERE first_seq > ? AND first_seq <= ?')
  const checkpoints = checkpointFiles(directory).map((name) => Number(name.split('-')[0]))
  return {
    read: (upTo) => {
      const began = performance.now()
      rows.all([Math.max(0, ...checkpoints.filter((seq) => seq <= upTo)), upTo])
      return performance.now() - began
    },
    close: () => database.close(),
  }
}

const checkpointFiles = (directory: string): readonly string[] => readdirSync(join(directory, 'checkpoints'))

function sizesOf(directory: string): Pick<PastTimes, 'log' | 'checkpoints'> {
  const sizes = checkpointFiles(directory).map((name) => statSync(join(directory, 'checkpoints', name)).size)
  return {
    log: { bytes: statSync(logFile(directory)).size },
    checkpoints: { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0), largestBytes: Math.max(0, ...sizes) },
  }
}

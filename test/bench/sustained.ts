import { setTimeout as wait } from 'node:timers/promises'
import type { FeedStatus } from '../../contract/bench.ts'
import type { Whole } from '../support/whole.ts'
import type { BareReport } from './bare-feed.ts'
import { startWithFeeds } from './bench-feeds.ts'
import { ask, startChild } from './child.ts'
import type { BrokerReport, LoadReport, Pace } from './feed-load.ts'
import { serverFigures } from './server-figures.ts'

export type Way = 'webhook' | 'mqtt'

export interface Sustained {
  readonly way: Way
  readonly batchSize: number
  readonly perSecond: number
  readonly seconds: number
  readonly ours: Side
  readonly bare: Side
  /** of the memory in use after a collection of garbage, in the second half of the run, MB a minute; tells something in a long run only */
  readonly memorySlope: number
  /** the last such */
  readonly usedMegabytes: number
  /** the most there was, garbage and all */
  readonly residentMegabytes: number
}

export interface Side extends Pick<LoadReport, 'p50Ms' | 'p99Ms'> {
  /** of what was sent in even time, the share that was acknowledged by the end of it and ten seconds more */
  readonly takenShare: number
  readonly cpuMicrosPerFact: number
}

export interface SustainedOptions {
  readonly way: Way
  readonly batchSize: number
  readonly seconds?: number
  readonly perSecond?: number
}

const warmUpSeconds = 2
const bareSeconds = 5
/** of a run this long it can be told whether memory grows */
export const memoryFromSeconds = 300
const collecting = { NODE_OPTIONS: `--import=${new URL('./collect-garbage.mjs', import.meta.url).href}` }

/**
 * Mapped JSON messages at an even rate: how long from when one is sent until we say that we have it, which we do once it is durable. Beside it a
 * program that does the least that can be done with the same messages (bare-feed.ts), under the same load.
 */
export async function sustained({ way, batchSize, seconds = 6, perSecond = 5_000 }: SustainedOptions): Promise<Sustained> {
  const load = startChild('./feed-load.ts')
  try {
    const { port } = await ask<BrokerReport>(load, { listen: true })
    const pace: Pace = { perSecond, batchSize, seconds, first: 0, at: Date.now() - 86_400_000 }
    const run: Run = { load, way, port, pace }
    const bare = await measureBare({ ...run, pace: { ...pace, seconds: Math.min(seconds, bareSeconds) } })
    const ours = await measureOurs(run)
    return { way, batchSize, perSecond, seconds, bare, ...ours }
  } finally {
    load.disconnect()
  }
}

interface Run {
  readonly load: ReturnType<typeof startChild>
  readonly way: Way
  readonly port: number
  readonly pace: Pace
}

/** The warm-up is sent before: code is compiled, buffers grow. */
function paces({ pace }: Run): readonly [Pace, Pace] {
  const warmUp = { ...pace, seconds: warmUpSeconds }
  return [warmUp, { ...pace, first: pace.perSecond * warmUpSeconds }]
}

async function measureBare(run: Run): Promise<Side> {
  const child = startChild('./bare-feed.ts')
  try {
    const { url } = await ask<Extract<BareReport, { url: string }>>(child)
    if (run.way === 'mqtt') await ask(child, { subscribe: `mqtt://127.0.0.1:${String(run.port)}` })
    const cpu = async (): Promise<number> => (await ask<Extract<BareReport, { cpuSeconds: number }>>(child, { report: true })).cpuSeconds
    return await measure(run, { url, tokens: { bare: '' } }, cpu)
  } finally {
    child.disconnect()
  }
}

async function measureOurs(run: Run): Promise<Pick<Sustained, 'ours' | 'memorySlope' | 'usedMegabytes' | 'residentMegabytes'>> {
  const mqtt = { source: `mqtt://127.0.0.1:${String(run.port)}`, transport: { topics: ['sensors/#'] } }
  const whole = await startWithFeeds([{ id: 'sensors', ...(run.way === 'mqtt' ? mqtt : {}) }], run.pace.seconds < memoryFromSeconds ? {} : collecting)
  const memory = watchMemory(whole)
  try {
    if (run.way === 'mqtt') await untilOpen(whole)
    const to = { url: whole.url, tokens: run.way === 'mqtt' ? {} : { sensors: await whole.feedToken('sensors') } }
    const ours = await measure(run, to, async () => (await serverFigures(whole)).cpuSeconds)
    return { ours, ...(await memory.end()) }
  } finally {
    await memory.end()
    await whole.stop()
  }
}

async function measure(
  run: Run,
  to: { readonly url: string; readonly tokens: Readonly<Record<string, string>> },
  cpu: () => Promise<number>,
): Promise<Side> {
  const [warmUp, pace] = paces(run)
  const send = (at: Pace): Promise<LoadReport> => ask(run.load, run.way === 'mqtt' ? { publish: at } : { post: { ...to, ...at } })
  await send(warmUp)
  const before = await cpu()
  const { sent, acknowledged, p50Ms, p99Ms } = await send(pace)
  return { p50Ms, p99Ms, takenShare: acknowledged / sent, cpuMicrosPerFact: (1_000_000 * ((await cpu()) - before)) / acknowledged }
}

/** Until every feed that connects to somebody is connected; a listener says so only when a device does. */
export async function untilOpen(whole: Whole): Promise<void> {
  for (;;) {
    // as: contract/bench.ts
    const { feeds } = (await whole.get('/api/bench/feeds')).body as { readonly feeds: readonly Pick<FeedStatus, 'connection' | 'source'>[] }
    if (feeds.every(({ connection, source }) => connection === 'open' || connection === 'intake' || source.startsWith('tcp:'))) return
    await wait(100)
  }
}

const everyMs = 1_000

interface Memory {
  readonly memorySlope: number
  readonly usedMegabytes: number
  readonly residentMegabytes: number
}

interface MemorySample {
  readonly minutes: number
  readonly used: number
  readonly resident: number
}

function watchMemory(whole: Whole): { end(): Promise<Memory> } {
  const samples: MemorySample[] = []
  const ending = new AbortController()
  const watching = (async () => {
    while (!ending.signal.aborted) {
      const { usedBytes, residentBytes } = await serverFigures(whole)
      samples.push({ minutes: performance.now() / 60_000, used: usedBytes / 1_048_576, resident: residentBytes / 1_048_576 })
      await wait(everyMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  return {
    async end() {
      ending.abort()
      await watching
      const half = samples.slice(Math.floor(samples.length / 2))
      const lowest = lowestOfEachMinute(half)
      return {
        memorySlope: slopeOf(lowest),
        usedMegabytes: lowest.at(-1)?.[1] ?? Math.min(...half.map(({ used }) => used)),
        residentMegabytes: Math.max(...samples.map(({ resident }) => resident)),
      }
    },
  }
}

/** Each minute has seen collections (collect-garbage.ts): the lowest is what is kept. */
function lowestOfEachMinute(samples: readonly MemorySample[]): readonly (readonly [number, number])[] {
  const from = samples[0]?.minutes ?? 0
  const wholeMinutes = Math.floor((samples.at(-1)?.minutes ?? from) - from)
  return Array.from({ length: wholeMinutes }, (_, minute) => {
    const within = samples.filter(({ minutes }) => Math.floor(minutes - from) === minute)
    return [minute, Math.min(...within.map(({ used }) => used))] as const
  })
}

/** Of the straight line with the least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const above = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  return above / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
}

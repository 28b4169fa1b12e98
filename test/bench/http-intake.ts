import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { bootstrapToken, startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { bareLoop } from './bare-loop.ts'
import type { Delivered, Delivery } from './http-intake-load.ts'
import { median } from './median.ts'
import { nativeMessages } from './native-messages.ts'

export interface HttpIntake {
  readonly callers: number
  readonly bytesPerRow: number
  readonly rowsPerSecond: number
  readonly bareRowsPerSecond: number
  /** median over the rounds, each of which measures both sides one after the other */
  readonly ratio: number
  /** processor time of the server per row, all its threads, µs */
  readonly cpuMicrosPerRow: number
  /** median time of a request */
  readonly p50Ms: number
}

const batchSize = 100
const batches = 300
const rounds = 9
/** Rounds that are not counted: code is compiled, buffers grow. */
const warmUps = 2

/**
 * Rows made durable per second through the real server's HTTP intake, from `callers` on connections that are kept, in batches of 100
 * messages, against a bare loop with the same driver that inserts the same rows in the same batches. The sides take turns, so that what
 * else this machine does falls on both.
 */
export async function httpIntake(callers = 8): Promise<HttpIntake> {
  const whole = await startWhole({ environment: { BUILD: 'bench' } })
  const load = fork(new URL('./http-intake-load.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  try {
    const delivery = { url: whole.url, token: await whole.feedToken('native'), callers, batches, batchSize, at: Date.now() - 3_600_000 }
    const measured: Round[] = []
    for (let round = 0; round < warmUps + rounds; round += 1)
      measured.push(await measure(whole, load, { ...delivery, first: round * batches * batchSize }))
    return { callers, ...summary(measured.slice(warmUps)) }
  } finally {
    load.disconnect()
    await whole.stop()
  }
}

interface Round extends Delivered {
  readonly rowsPerSecond: number
  readonly bareRowsPerSecond: number
  readonly cpuMicrosPerRow: number
  readonly bytesPerRow: number
}

async function measure(whole: Whole, load: ChildProcess, delivery: Delivery): Promise<Round> {
  const texts = Array.from({ length: batches }, (_, batch) =>
    nativeMessages(delivery.first + batch * batchSize, batchSize, delivery.at).map((fact) => JSON.stringify(fact)),
  )
  const bareRowsPerSecond = bareLoop(texts)
  const cpuBefore = await cpuSeconds(whole)
  load.send(delivery)
  // as: all that the load ever says
  const [delivered] = (await once(load, 'message')) as [Delivered]
  const rows = batches * batchSize
  return {
    ...delivered,
    rowsPerSecond: (1_000 * rows) / delivered.elapsedMs,
    bareRowsPerSecond,
    cpuMicrosPerRow: (1_000_000 * ((await cpuSeconds(whole)) - cpuBefore)) / rows,
    bytesPerRow: Buffer.byteLength(texts.flat().join('')) / rows,
  }
}

function summary(measured: readonly Round[]): Omit<HttpIntake, 'callers'> {
  const middle = (of: (round: Round) => number): number => median(measured.map(of))
  return {
    rowsPerSecond: middle((round) => round.rowsPerSecond),
    bareRowsPerSecond: middle((round) => round.bareRowsPerSecond),
    ratio: middle((round) => round.rowsPerSecond / round.bareRowsPerSecond),
    cpuMicrosPerRow: middle((round) => round.cpuMicrosPerRow),
    bytesPerRow: middle((round) => round.bytesPerRow),
    p50Ms: middle((round) => round.p50Ms),
  }
}

/** The server's own account of its processor time. */
async function cpuSeconds(whole: Whole): Promise<number> {
  const answer = await fetch(`${whole.url}/metrics`, { headers: { authorization: `Bearer ${bootstrapToken}` } })
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(await answer.text())?.[1])
}

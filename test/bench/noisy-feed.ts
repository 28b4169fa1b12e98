import { startWithFeeds } from './bench-feeds.ts'
import { ask, startChild } from './child.ts'
import type { LoadReport, Pace } from './feed-load.ts'
import { median } from './median.ts'

export interface NoisyFeed {
  /** messages a second that the noisy feed may send, and sends */
  readonly cap: number
  readonly quietPerSecond: number
  /** medians over the rounds of what the quiet feeds wait for their answer */
  readonly alone: Waited
  readonly beside: Waited
  /** median over the rounds, each of which measures both ways one after the other */
  readonly ratio: number
}

type Waited = Pick<LoadReport, 'p50Ms' | 'p99Ms'>

const quiet = ['quiet-1', 'quiet-2', 'quiet-3', 'quiet-4']
const cap = 2_000
const quietPerSecond = 100
const rounds = 3
const seconds = 2

/**
 * What four quiet feeds wait for their answers while a fifth sends all that its cap allows, and without it. Quiet ones and noise are processes of their own.
 */
export async function noisyFeed(): Promise<NoisyFeed> {
  const whole = await startWithFeeds([...quiet.map((id) => ({ id })), { id: 'noisy', messagesPerSecond: cap }])
  const [quietLoad, noisyLoad] = [startChild('./feed-load.ts'), startChild('./feed-load.ts')]
  try {
    const tokensOf = async (ids: readonly string[]): Promise<Record<string, string>> =>
      Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await whole.feedToken(id)] as const)))
    const [quietTokens, noisyTokens] = [await tokensOf(quiet), await tokensOf(['noisy'])]
    let first = 0
    const send = (load: typeof quietLoad, tokens: Readonly<Record<string, string>>, pace: Omit<Pace, 'first' | 'at'>): Promise<LoadReport> => {
      const numbered = { ...pace, first, at: Date.now() - 86_400_000 }
      first += pace.perSecond * pace.seconds
      return ask<LoadReport>(load, { post: { url: whole.url, tokens, ...numbered } })
    }
    const listen = (): Promise<LoadReport> => send(quietLoad, quietTokens, { perSecond: quietPerSecond, batchSize: 1, seconds })
    const shout = (): Promise<LoadReport> => send(noisyLoad, noisyTokens, { perSecond: cap, batchSize: 50, seconds: seconds + 0.5 })
    await Promise.all([listen(), shout()])
    const measured: { readonly alone: LoadReport; readonly beside: LoadReport }[] = []
    for (let round = 0; round < rounds; round += 1) {
      const alone = await listen()
      const [beside] = await Promise.all([listen(), shout()])
      measured.push({ alone, beside })
    }
    return summary(measured)
  } finally {
    quietLoad.disconnect()
    noisyLoad.disconnect()
    await whole.stop()
  }
}

function summary(measured: readonly { readonly alone: LoadReport; readonly beside: LoadReport }[]): NoisyFeed {
  const waited = (of: 'alone' | 'beside'): Waited => ({
    p50Ms: median(measured.map((round) => round[of].p50Ms)),
    p99Ms: median(measured.map((round) => round[of].p99Ms)),
  })
  return {
    cap,
    quietPerSecond,
    alone: waited('alone'),
    beside: waited('beside'),
    ratio: median(measured.map(({ alone, beside }) => beside.p99Ms / alone.p99Ms)),
  }
}

import { afterEach, describe, expect, it } from 'vitest'
import { carry } from '../../mock-streams/courier.ts'
import type { Tally } from '../../mock-streams/courier.ts'
import { IntakeRefusal, createIntakeClient } from '../../mock-streams/intake-client.ts'
import type { IntakeClient } from '../../mock-streams/intake-client.ts'
import type { Platform } from '../../mock-streams/platform.ts'
import type { Answer, IntakeStub } from './intake-stub.ts'
import { startIntakeStub } from './intake-stub.ts'

const stubs: IntakeStub[] = []
afterEach(async () => {
  await Promise.all(stubs.splice(0).map((stub) => stub.close()))
})

async function stubThat(...script: readonly Answer[]): Promise<IntakeStub> {
  const stub = await startIntakeStub(script)
  stubs.push(stub)
  return stub
}

interface Told {
  readonly troubles: (string | undefined)[]
  readonly pauses: number[]
}

function clientOf(server: string, signal = new AbortController().signal): IntakeClient & Told {
  const told: Told = { troubles: [], pauses: [] }
  const client = createIntakeClient({
    server,
    feed: 'hotline',
    token: 'secret',
    signal,
    onTrouble: (reason) => told.troubles.push(reason),
    wait: (ms) => {
      told.pauses.push(ms)
      return Promise.resolve()
    },
  })
  return { ...client, ...told }
}

describe('the intake client', () => {
  it('sends a JSON list with the feed’s token', async () => {
    const stub = await stubThat()
    expect(await clientOf(`${stub.url}/`).send([{ a: 1 }])).toEqual({ accepted: 1, duplicates: 0, rejected: [] })
    expect(stub.received).toEqual([{ path: '/api/intake/hotline', authorization: 'Bearer secret', messages: [{ a: 1 }] }])
  })

  it('waits longer and longer while the server is away, busy, full or broken, and loses and doubles nothing', async () => {
    const stub = await stubThat('drop', { status: 429, headers: { 'retry-after': '2' } }, { status: 507 }, { status: 503 }, 'lost')
    const client = clientOf(stub.url)
    expect(await client.send([{ a: 1 }, { a: 2 }])).toEqual({ accepted: 0, duplicates: 2, rejected: [] })
    expect(stub.taken).toEqual([{ a: 1 }, { a: 2 }])
    expect(client.pauses).toEqual([250, 2_000, 1_000, 2_000, 4_000])
    expect(client.troubles).toHaveLength(2)
    expect(client.troubles[0]).toContain('does not answer')
    expect(client.troubles[1]).toBeUndefined()
  })

  it('gives up at once where trying again cannot help, and says what would', async () => {
    const stub = await stubThat({ status: 401 }, { status: 404 }, { status: 413 })
    const client = clientOf(stub.url)
    await expect(client.send([{}])).rejects.toThrow(/401[\s\S]*secrets\/feeds/)
    await expect(client.send([{}])).rejects.toThrow(/404[\s\S]*config\/feeds/)
    await expect(client.send([{}])).rejects.toThrow(IntakeRefusal)
    expect(client.pauses).toEqual([])
  })

  it('stops trying when it is told to end', async () => {
    const ending = new AbortController()
    const client = createIntakeClient({
      server: 'http://127.0.0.1:9',
      feed: 'hotline',
      token: 'secret',
      signal: ending.signal,
      onTrouble: () => undefined,
      wait: () => {
        ending.abort()
        return Promise.resolve()
      },
    })
    await expect(client.send([{}])).rejects.toThrow()
  })
})

/** Says one numbered thing each second, from second 0 on. */
const counting: Platform = {
  feed: 'hotline',
  messagesBetween(from, to) {
    const messages: object[] = []
    for (let second = Math.ceil(from / 1_000); second * 1_000 < to; second++) if (second >= 0) messages.push({ second })
    return messages
  },
  backfillFrom: () => 0,
  heartbeat: (at) => ({ heartbeat: at }),
  heartbeatMs: 30_000,
}

interface Run {
  readonly messages: readonly unknown[]
  readonly backfilled: readonly Tally[]
  /** most messages handed over at once */
  readonly largest: number
}

/** Carries from `from` until `until`, with a clock that each wait moves on. */
async function run(platform: Platform, from: number, until: number, isSilent: (at: number) => boolean = () => false): Promise<Run> {
  const ending = new AbortController()
  const messages: unknown[] = []
  const backfilled: Tally[] = []
  let largest = 0
  let now = from
  await carry({
    platform,
    client: {
      send: (batch) => {
        messages.push(...batch)
        largest = Math.max(largest, batch.length)
        return Promise.resolve({ accepted: batch.length, duplicates: 0, rejected: [] })
      },
    },
    signal: ending.signal,
    now: () => now,
    wait: (ms) => {
      now += ms
      if (now >= until) ending.abort()
      return Promise.resolve()
    },
    isSilent,
    onBackfilled: (tally) => backfilled.push(tally),
    onRefused: () => undefined,
  })
  return { messages, backfilled, largest }
}

const seconds = (upTo: number): readonly object[] => Array.from({ length: upTo }, (_, second) => ({ second }))

describe('the courier', () => {
  it('tells the past first, in batches, and then each second what is new, each thing once and in order', async () => {
    const { messages, backfilled, largest } = await run(counting, 30_000_000, 30_010_000)
    expect(messages).toEqual(seconds(30_009))
    expect(backfilled).toEqual([{ messages: 30_000, accepted: 30_000, duplicates: 0, refused: 0 }])
    expect(largest).toBe(500)
  })

  it('tells quiet months in few spans and busy weeks in many, each instant once', async () => {
    const days = 86_400_000
    const spans: (readonly [number, number])[] = []
    const mostlyQuiet: Platform = {
      ...counting,
      messagesBetween: (from, to) => {
        spans.push([from, to])
        return from < 200 * days ? [] : Array.from({ length: 150 }, (_, index) => ({ from, index }))
      },
    }
    await run(mostlyQuiet, 210 * days, 210 * days + 1)
    expect(spans.map(([from]) => from)).toEqual([0, ...spans.slice(0, -1).map(([, to]) => to)])
    expect(spans.filter(([from]) => from < 200 * days).length).toBeLessThan(40)
    expect(spans.filter(([from]) => from >= 200 * days + 7 * days).every(([from, to]) => to - from <= days / 4)).toBe(true)
  })

  it('tells after a silence what happened in it', async () => {
    const silentTimes: number[] = []
    const { messages } = await run(counting, 5_000, 30_000, (at) => {
      if (at >= 10_000 && at < 20_000) silentTimes.push(at)
      return at >= 10_000 && at < 20_000
    })
    expect(silentTimes).toHaveLength(10)
    expect(messages).toEqual(seconds(29))
  })

  it('says that it is there when nothing happens', async () => {
    const quiet: Platform = { ...counting, messagesBetween: () => [] }
    const { messages } = await run(quiet, 100_000, 200_000)
    expect(messages).toEqual([{ heartbeat: 100_000 }, { heartbeat: 130_000 }, { heartbeat: 160_000 }, { heartbeat: 190_000 }])
  })

  it('says the same again after a restart, and the server counts it as known', async () => {
    const stub = await stubThat()
    const tallies: Tally[] = []
    for (let start = 0; start < 2; start++) {
      const ending = new AbortController()
      await carry({
        platform: counting,
        client: clientOf(stub.url, ending.signal),
        signal: ending.signal,
        now: () => 2_000_000,
        wait: () => {
          ending.abort()
          return Promise.resolve()
        },
        isSilent: () => false,
        onBackfilled: (tally) => tallies.push(tally),
        onRefused: () => undefined,
      })
    }
    expect(tallies).toEqual([
      { messages: 2_000, accepted: 2_000, duplicates: 0, refused: 0 },
      { messages: 2_000, accepted: 0, duplicates: 2_000, refused: 0 },
    ])
    expect(stub.taken).toEqual(seconds(2_000))
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FeedStatus } from '../../contract/bench.ts'
import { upstreams } from '../../mock-streams/upstreams.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** The demonstration as it is shipped: every sector's upstream over its own protocol, into the real server. */

const ids = upstreams.map(({ feed }) => feed).sort()

let whole: Whole
beforeAll(async () => {
  whole = await startWhole()
  await whole.startMocks()
})
afterAll(async () => {
  await whole.stop()
})

async function statuses(): Promise<readonly FeedStatus[]> {
  const { body } = await whole.get('/api/bench/feeds')
  // the answer's shape is its promise
  return (body as { feeds: readonly FeedStatus[] }).feeds.filter(({ id }) => ids.includes(id))
}

/** Asks until every feed is up and open, and has brought so many facts. */
async function allUp(atLeast: number): Promise<readonly FeedStatus[]> {
  const deadline = Date.now() + 100_000
  for (;;) {
    const feeds = await statuses()
    const isUp = ({ state, connection, facts }: FeedStatus): boolean => state === 'up' && connection === 'open' && facts >= atLeast
    if (feeds.every(isUp) || Date.now() > deadline) return feeds
    await new Promise((done) => setTimeout(done, 500))
  }
}

const told = (feeds: readonly FeedStatus[]): readonly object[] =>
  feeds.map(({ id, state, connection, rejected }) => ({ id, state, connection, rejected })).sort((one, other) => (one.id < other.id ? -1 : 1))
const good = ids.map((id) => ({ id, state: 'up', connection: 'open', rejected: 0 }))

describe('the upstreams of the nine sectors', () => {
  it('are all up, and nothing they say is refused', async () => {
    expect(told(await allUp(1))).toEqual(good)
  })

  it('come back by themselves after the server was away', async () => {
    await whole.kill()
    await whole.restart()
    expect(told(await allUp(0))).toEqual(good)
  })
})

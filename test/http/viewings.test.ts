import { describe, expect, it, onTestFinished } from 'vitest'
import { minuteMs } from '../../contract/time.ts'
import type { Viewing } from '../../contract/video.ts'
import { Viewings } from '../../server/core/viewings.ts'
import type { ViewingQuery } from '../../server/core/viewings.ts'
import { viewingsRoute } from '../../server/http/viewings.ts'
import { start, viewing } from '../support/facts.ts'
import { House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

async function asking(heldFrom = 0) {
  const viewings = new Viewings()
  for (const minute of [0, 10, 20])
    viewings.take(viewing({ id: `V${String(minute)}`, source: minute === 10 ? 'C2' : 'C1', at: start + minute * minuteMs }))
  const past: ViewingQuery[] = []
  const world = { viewings: { heldFrom, list: (query: ViewingQuery) => viewings.list(query) } }
  const historian = {
    viewings: (query: ViewingQuery) => {
      past.push(query)
      return Promise.resolve(viewings.list({ limit: 1 }))
    },
  }
  const house = await new House({ routes: [viewingsRoute({ world, historian })] }).open()
  onTestFinished(() => house.close())
  const look = (query = ''): Promise<Answer> =>
    house.ask('GET', `/api/video/viewings${query}`, { headers: { cookie: `yiping_session=${house.signIn('desk')}` } })
  return { past, look, ids: async (query = '') => (JSON.parse((await look(query)).text) as Viewing[]).map(({ id }) => id) }
}

describe('GET /api/video/viewings', () => {
  it('lists who watched, the latest first', async () => {
    const { ids } = await asking()
    expect(await ids()).toEqual(['V20', 'V10', 'V0'])
    expect(await ids('?source=C1&limit=1')).toEqual(['V20'])
    expect(await ids(`?from=${String(start)}&to=2026-11-23T14:45:00%2B08:00`)).toEqual(['V10', 'V0'])
  })

  it('asks the past for what the world has forgotten', async () => {
    const { ids, past } = await asking(start + 5 * minuteMs)
    expect(await ids(`?source=C1&to=${String(start + minuteMs)}`)).toEqual(['V20'])
    expect(past).toEqual([{ source: 'C1', from: undefined, to: start + minuteMs, limit: 200 }])
    expect(await ids(`?to=${String(start + 5 * minuteMs)}`)).toEqual(['V0'])
    expect(past).toHaveLength(1)
  })

  it.each([
    ['?from=yesterday', 'from: "yesterday" is no instant'],
    ['?limit=0', 'limit: found "0"'],
    ['?limit=1001', 'limit: found "1001"'],
    ['?from=2&to=1', 'from: later than to'],
  ])('refuses %s', async (query, said) => {
    const { look } = await asking()
    const { status, detail } = problemIn(await look(query))
    expect([status, detail.slice(0, said.length)]).toEqual([400, said])
  })
})

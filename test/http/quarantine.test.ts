import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RejectionCause } from '../../contract/rejection.ts'
import { start } from '../support/facts.ts'
import { adminToken, House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

let house: House

beforeEach(async () => {
  house = await new House().open()
})

afterEach(() => house.close())

const cause = '0123456789abcdef'
const nothing = { replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 0 }

const group = (feed: string): RejectionCause => ({
  feed,
  cause,
  stage: 'map',
  code: 'bad-instant',
  detail: 'tjrq: "x" is not a time',
  count: 3,
  replayable: 2,
  firstAt: start,
  lastAt: start + 1,
  sample: { id: 9, raw: '{"tjrq":"x"}', origin: 'a.csv line 3' },
})

const press = (action: 'replay' | 'discard', body: unknown): Promise<Answer> =>
  house.ask('POST', `/api/quarantine/${action}`, {
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const json = (answer: Answer): unknown => {
  expect(answer.status, answer.text).toBe(200)
  return JSON.parse(answer.text)
}

/** A replay that goes on until the test lets it end; tells what began and ended. */
class Gate {
  readonly events: string[] = []
  readonly #open: (() => void)[] = []
  #onBegun: () => void = () => undefined

  readonly replay = async (feed: string): Promise<typeof nothing> => {
    this.events.push(`${feed} begins`)
    const opened = new Promise<void>((resolve) => this.#open.push(resolve))
    this.#onBegun()
    await opened
    this.events.push(`${feed} ends`)
    return nothing
  }

  begun(): Promise<void> {
    return new Promise((resolve) => (this.#onBegun = resolve))
  }

  open(): void {
    this.#open.shift()?.()
  }
}

describe('GET /api/quarantine', () => {
  it('tells causes and evictions, of all feeds or of one', async () => {
    house.causes = [group('hotline'), group('indicators')]
    const look = (query: string): Promise<Answer> =>
      house.ask('GET', `/api/quarantine${query}`, { headers: { cookie: `yiping_session=${house.signIn('desk')}` } })
    const hotline = { feed: 'hotline', stage: 'decode', code: 'bad-shape', count: 3, evicted: 1 }
    const indicators = { feed: 'indicators', stage: 'admit', code: 'too-old', count: 1, evicted: 0 }
    expect(json(await look(''))).toEqual({ causes: house.causes, evicted: [hotline, indicators] })
    expect(json(await look('?feed=hotline'))).toEqual({ causes: [group('hotline')], evicted: [hotline] })
    expect(json(await look('?feed=%00'))).toEqual({ causes: [], evicted: [] })
  })
})

describe('POST /api/quarantine/replay', () => {
  it('sends a cause, or all of a feed, and says what became of it', async () => {
    const asked: unknown[] = []
    house.replay = (...given) => {
      asked.push(given)
      return Promise.resolve({ ...nothing, replayed: 3, facts: 4 })
    }
    expect(json(await press('replay', { feed: 'hotline', cause }))).toEqual({ ...nothing, replayed: 3, facts: 4 })
    expect(json(await press('replay', { feed: 'hotline' }))).toEqual({ ...nothing, replayed: 3, facts: 4 })
    expect(asked).toEqual([
      ['hotline', cause],
      ['hotline', undefined],
    ])
    expect(house.lines.filter(({ level }) => level === 'info').at(-1)).toEqual({
      level: 'info',
      message: 'quarantined messages were sent through again',
      fields: { feed: 'hotline', ...nothing, replayed: 3, facts: 4, sessionId: 'token' },
    })
  })

  it('of two at once for one feed, the second waits for the first; another feed does not', async () => {
    const gate = new Gate()
    house.replay = gate.replay
    const begun = gate.begun()
    const first = press('replay', { feed: 'hotline' })
    await begun
    const second = press('replay', { feed: 'hotline' })
    const otherBegun = gate.begun()
    const other = press('replay', { feed: 'air' })
    await otherBegun
    expect(gate.events).toEqual(['hotline begins', 'air begins'])
    const secondBegun = gate.begun()
    gate.open()
    await secondBegun
    expect(gate.events).toEqual(['hotline begins', 'air begins', 'hotline ends', 'hotline begins'])
    gate.open()
    gate.open()
    expect((await Promise.all([first, second, other])).map(json)).toEqual([nothing, nothing, nothing])
  })

  it('that fails is told to the one who asked, and holds up nobody', async () => {
    house.replay = () => Promise.reject(new Error('the mapping cannot be compiled'))
    expect(problemIn(await press('replay', { feed: 'hotline' })).status).toBe(500)
    house.replay = () => Promise.resolve(nothing)
    expect(json(await press('replay', { feed: 'hotline' }))).toEqual(nothing)
  })

  it('of a feed that is not configured says so', async () => {
    expect(problemIn(await press('replay', { feed: 'gone' }))).toMatchObject({
      status: 404,
      detail: 'feed: "gone" is not configured, so nothing says what its messages mean; configure it, or discard them',
    })
  })
})

describe('POST /api/quarantine/discard', () => {
  it('says how many are gone, and leaves a line in the log, also of a feed that is not configured any more', async () => {
    house.discard = (feed, of) => (feed === 'gone' && of === cause ? 7 : 0)
    expect(json(await press('discard', { feed: 'gone', cause }))).toEqual({ discarded: 7 })
    expect(house.lines).toEqual([
      { level: 'info', message: 'quarantined messages were discarded', fields: { feed: 'gone', cause, discarded: 7, sessionId: 'token' } },
    ])
  })

  it('waits for a replay of the same feed', async () => {
    const gate = new Gate()
    house.replay = gate.replay
    house.discard = () => {
      gate.events.push('discarded')
      return 1
    }
    const begun = gate.begun()
    const replayed = press('replay', { feed: 'hotline' })
    await begun
    const discarded = press('discard', { feed: 'hotline', cause })
    // a request sent later has been answered: the discard has arrived too, and waits
    await press('discard', { feed: 'air', cause })
    expect(gate.events).toEqual(['hotline begins', 'discarded'])
    gate.open()
    expect(json(await discarded)).toEqual({ discarded: 1 })
    expect(gate.events).toEqual(['hotline begins', 'discarded', 'hotline ends', 'discarded'])
    await replayed
  })
})

describe('what cannot be understood', () => {
  const like = 'send {"feed": "hotline", "cause": "0123456789abcdef"}, with a cause that GET /api/quarantine tells'

  it.each<['replay' | 'discard', unknown, string]>([
    ['replay', '', 'body: not JSON'],
    ['replay', '{"feed":', 'body: not JSON'],
    ['replay', [], 'body: '],
    ['replay', {}, 'feed: expected the id of a feed'],
    ['replay', { feed: 7 }, 'feed: expected the id of a feed'],
    ['replay', { feed: '' }, 'feed: expected the id of a feed'],
    ['replay', { feed: 'x'.repeat(129) }, 'feed: no id of a feed is that long'],
    ['replay', { feed: 'hotline', cause: 'bad-instant' }, 'cause: expected the cause of a group, 16 hexadecimal digits'],
    ['replay', { feed: 'hotline', casue: cause }, 'casue'],
    ['discard', { feed: 'hotline' }, 'cause: expected the cause of a group'],
  ])('%s %j is answered with the place, the reason and the cure', async (action, body, words) => {
    const told = problemIn(await press(action, body))
    expect(told.status).toBe(400)
    expect(told.detail).toContain(words)
    expect(told.detail).toContain(like)
  })

  it('nor read when it is endless', async () => {
    expect(problemIn(await press('replay', { feed: 'x'.repeat(5_000) })).status).toBe(413)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import type { LastMeeting, RankingState } from '../../contract/decision.ts'
import type { Entity } from '../../contract/topic.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { adminToken, House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

let house: House
let topics: Record<string, readonly Entity[]>

const state = (month: string, given: Partial<RankingState> = {}): RankingState => ({
  id: `towns/${month}`,
  ranking: 'towns',
  month,
  state: 'ended',
  publishedAt: undefined,
  publishedBy: undefined,
  rows: [
    { unit: 'dongguan', standing: 'ranked', rank: 1, value: 95, sample: 20, interval: [76, 99], risen: 2, reason: undefined },
    { unit: 'anguo', standing: 'exempt', rank: undefined, value: undefined, sample: 0, interval: undefined, risen: undefined, reason: '撤并' },
  ],
  corrections: [],
  asOf: 1,
  ...given,
})
const published = { state: 'published', publishedAt: 5, publishedBy: '管理员乙' } as const

beforeEach(async () => {
  topics = { 'rankings@620802': [state('2026-09', published), state('2026-10'), state('2026-11', { state: 'running' })] }
  house = await new House({
    world: { seq: 41, at: 1, read: (names) => Object.fromEntries(names.map((name) => [name, topics[name] ?? []])) },
  }).open()
})

afterEach(() => house.close())

const post = (path: string, body: unknown, as: string | undefined = '值班员甲'): Promise<Answer> =>
  house.ask('POST', path, {
    headers: { cookie: `yiping_session=${house.signIn('desk', as)}`, origin: house.origin, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const publish = (body: unknown, of = 'towns', as?: string) => post(`/api/rankings/${of}/publish`, body, as)
const october = { district: '620802', month: '2026-10' }
const recorded = (): readonly Fact[] => house.recorded.flatMap(({ facts }) => facts)

describe('publishing a month of a ranking', () => {
  it('records it as the screens tell it, with who and when, and answers once that is durable', async () => {
    let [isAnswered, commit] = [false, (): void => undefined]
    const committing = new Promise<void>((begun) => {
      house.commit = () =>
        new Promise((done) => {
          commit = done
          begun()
        })
    })
    const asking = publish(october).finally(() => (isAnswered = true))
    await committing
    // a whole request later there still is no answer
    await house.ask('GET', '/healthz')
    expect(isAnswered).toBe(false)
    commit()
    const answer = await asking
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { ranking: 'towns', month: '2026-10', at: house.clock.now(), by: '值班员甲' }])
    expect(house.recorded).toEqual([
      {
        feed: 'system',
        facts: [
          {
            kind: 'ranking',
            district: '620802',
            ranking: 'towns',
            month: '2026-10',
            at: house.clock.now(),
            by: '值班员甲',
            rows: [
              { unit: 'dongguan', standing: 'ranked', rank: 1, value: 95, sample: 20, risen: 2 },
              { unit: 'anguo', standing: 'exempt', sample: 0, reason: '撤并' },
            ],
          },
        ],
      },
    ])
  })

  it.each([
    ['a month that is running', { ...october, month: '2026-11' }, 400, /^month: 2026-11 is not over; publish it when the next month has begun$/],
    ['a month that was published', { ...october, month: '2026-09' }, 409, /^month: 2026-09 was published by 管理员乙 and is not changed any more/],
    ['a month long gone', { ...october, month: '2026-07' }, 404, /^month: 2026-07 is not among .* can be published: 2026-10$/],
    [
      'another district',
      { ...october, district: 'la' },
      404,
      /^ranking: "towns" is no ranking of district "la"; it has none; see config\/rankings.yaml$/,
    ],
    ['a month that is none', { ...october, month: '2026-13' }, 400, /^month: expected a month, YYYY-MM; send \{/],
    ['no month', { district: '620802' }, 400, /^month: expected a month, YYYY-MM; send \{/],
    ['a field too many', { ...october, by: '别人' }, 400, /by/],
  ])('is refused for %s', async (_what, body, status, words) => {
    const told = problemIn(await publish(body))
    expect(told.status).toBe(status)
    expect(told.detail).toMatch(words)
    expect(recorded()).toEqual([])
  })

  it('is refused while the server’s clock is not trusted, with what would help, and possible again once it is', async () => {
    const check = { id: 'clock', driftMs: 90_400, reference: 'ntp.example.cn', since: 1 } as const
    topics = { ...topics, 'clock@620802': [{ ...check, isTrusted: false }] }
    const told = problemIn(await publish(october))
    expect(told.status).toBe(409)
    expect(told.detail).toMatch(/^clock: the server's clock is 90 s off \(ntp\.example\.cn\).*set the machine's clock right/)
    expect(recorded()).toEqual([])
    topics = { ...topics, 'clock@620802': [{ ...check, driftMs: 40, isTrusted: true }] }
    expect((await publish(october)).status).toBe(200)
  })

  it('is refused for a ranking that is not configured, with those that are', async () => {
    expect(problemIn(await publish(october, 'clicks'))).toMatchObject({
      status: 404,
      detail: 'ranking: "clicks" is no ranking of district "620802"; it has towns',
    })
  })

  it('needs a name, which neither a session without one nor the administrator’s token has', async () => {
    const headers = { authorization: `Bearer ${adminToken}`, 'x-person': 'Zhang' }
    const body = JSON.stringify(october)
    const nameless = { cookie: `yiping_session=${house.signIn('admin')}`, origin: house.origin }
    for (const given of [headers, nameless]) {
      const told = problemIn(await house.ask('POST', '/api/rankings/towns/publish', { headers: given, body }))
      expect(told.status).toBe(403)
      expect(told.detail).toContain('open a sign-in link made with a name')
    }
    expect(recorded()).toEqual([])
  })

  it('twice at once is done once: the second is told who was first', async () => {
    house.commit = () => {
      // what the fold does with it
      topics = { 'rankings@620802': [state('2026-10', { ...published, publishedBy: '值班员甲' })] }
      return Promise.resolve()
    }
    const answers = await Promise.all([publish(october), publish(october, 'towns', '管理员乙')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(recorded()).toHaveLength(1)
  })

  it('says so when nothing can be recorded, and is possible again afterwards', async () => {
    house.commit = () => Promise.reject(new StorageFullError('the disk is full'))
    expect(problemIn(await publish(october)).status).toBe(507)
    house.commit = () => Promise.resolve()
    expect((await publish(october)).status).toBe(200)
  })
})

describe('noting a meeting', () => {
  const meet = (body: unknown, as?: string) => post('/api/meetings', body, as)
  const given = { district: '620802', name: '11月调度会' }
  const held = (at: number): LastMeeting => ({ id: 'last', name: '10月调度会', at, assessments: {} })

  it('records it as held now, with its name and who noted it', async () => {
    const answer = await meet({ ...given, name: ' 11月调度会 ' })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { name: '11月调度会', at: house.clock.now(), by: '值班员甲' }])
    expect(house.recorded).toEqual([
      { feed: 'system', facts: [{ kind: 'meeting', district: '620802', at: house.clock.now(), name: '11月调度会', by: '值班员甲' }] },
    ])
  })

  it('takes an instant of some minutes ago, after the last meeting', async () => {
    topics = { 'meeting@620802': [held(house.clock.now() - 7_200_000)] }
    const at = house.clock.now() - 600_000
    expect((await meet({ ...given, at })).status).toBe(200)
    expect(recorded()).toMatchObject([{ kind: 'meeting', at }])
  })

  it('is refused for longer ago: how all stood then would be told as it stands now', async () => {
    const told = problemIn(await meet({ ...given, at: house.clock.now() - 600_001 }))
    expect([told.status, told.detail]).toEqual([
      400,
      'at: 2026-11-23T06:19:59.999Z is more than 10 minutes ago, and how the figures stood then is not kept; ' +
        'leave "at" out, and note a meeting while it is held',
    ])
    expect(recorded()).toEqual([])
  })

  it('is refused for an instant to come, before the last one, a district or a name that is none, and without a person’s name', async () => {
    const now = house.clock.now()
    topics = { 'meeting@620802': [held(now - 1_000)] }
    const told = async (body: unknown, as?: string) => {
      const { status, detail } = problemIn(await meet(body, as))
      return [status, detail]
    }
    expect(await told({ ...given, at: now + 1 })).toEqual([400, 'at: 2026-11-23T06:30:00.001Z is yet to come; note a meeting when it is held'])
    expect(await told({ ...given, at: now - 1_000 })).toEqual([
      409,
      'at: 2026-11-23T06:29:59.000Z is not after the last meeting, 10月调度会 of 2026-11-23T06:29:59.000Z; that one is what is compared with',
    ])
    expect(await told({ ...given, at: 9e15 })).toEqual([400, 'at: 9000000000000000 is yet to come; note a meeting when it is held'])
    expect(await told({ ...given, district: 'x' })).toEqual([404, 'district: "x" is not configured; these are: 620802, la'])
    expect(await told({ ...given, name: ' ' })).toEqual([400, expect.stringMatching(/^name: expected a name of 1 to 60 characters/)])
    for (const name of ['11月\n调度会', '11月\u202e调度会', '11月\u2028调度会'])
      expect(await told({ ...given, name })).toEqual([400, expect.stringMatching(/^name: expected a name without control characters; send /)])
    const token = { headers: { authorization: `Bearer ${adminToken}` }, body: JSON.stringify(given) }
    expect(problemIn(await house.ask('POST', '/api/meetings', token)).status).toBe(403)
    expect(recorded()).toEqual([])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import type { EntryState } from '../../contract/decision.ts'
import type { Entity } from '../../contract/topic.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { endOfOctober, entry, Surroundings } from '../entry/setting.ts'
import { filled } from '../entry/returned.ts'
import { adminToken, House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

let house: House
let around: Surroundings

beforeEach(async () => {
  around = new Surroundings()
  const read = (names: readonly string[]): Record<string, readonly Entity[]> =>
    Object.fromEntries(names.map((name) => [name, name === 'entries@620802' ? around.entries : []]))
  house = await new House({ entryDesk: around.desk, world: { seq: 41, at: 1, read } }).open()
})

afterEach(() => house.close())

const asked = (method: string, path: string, body: unknown, as: string | undefined): Promise<Answer> =>
  house.ask(method, path, {
    headers: { cookie: `yiping_session=${house.signIn('desk', as)}`, origin: house.origin, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const post = (path: string, body: unknown, as: string | undefined = '填报员甲') => asked('POST', path, body, as)
const get = (path: string) => asked('GET', path, undefined, undefined)
const recorded = (): readonly Fact[] => house.recorded.flatMap(({ facts }) => facts)
const refused = async (answer: Promise<Answer>): Promise<readonly [number, string]> => {
  const { status, detail } = problemIn(await answer)
  return [status, detail]
}
const place = { district: '620802', month: '2026-10' }
const proposal = { ...place, figures: [{ input: 'sampled', value: 120 }], note: '10月抽查' }
const proposed: EntryState = entry()

describe('the month’s sheet', () => {
  it('says what is due, what was filled in and what a feed gives, for the last month that is over', async () => {
    around.newest = {
      usability: { at: endOfOctober, value: 92, feed: 'manual' },
      '/sites/housing/': { at: endOfOctober - 1, value: 3, feed: 'indicators' },
      '/annual/housing/': { at: Date.parse('2025-12-31T23:59:59+08:00'), value: 800, feed: 'manual' },
      '/sampled//': { at: Date.parse('2026-09-30T23:59:59+08:00'), value: 100, feed: 'manual' },
    }
    const answer = await get('/api/entries/sheet')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toEqual({
      ...place,
      at: endOfOctober,
      rows: [
        { indicator: 'usability', state: 'done', latest: { at: endOfOctober, value: 92, feed: 'manual' } },
        { indicator: 'hit_rate', state: 'due' },
        { input: 'sampled', state: 'due', latest: { at: Date.parse('2026-09-30T23:59:59+08:00'), value: 100, feed: 'manual' } },
        { input: 'sites', of: 'dongguan', state: 'due' },
        { input: 'sites', of: 'housing', state: 'given', latest: { at: endOfOctober - 1, value: 3, feed: 'indicators' } },
        { input: 'annual', of: 'dongguan', state: 'due' },
        { input: 'annual', of: 'housing', state: 'done', latest: { at: Date.parse('2025-12-31T23:59:59+08:00'), value: 800, feed: 'manual' } },
        { input: 'themed', of: 'birth', state: 'due' },
      ],
    })
  })

  it('goes out under a Chinese name', async () => {
    const answer = await get('/api/entries/template?month=2026-09')
    expect([answer.status, answer.headers['content-type'], answer.text.slice(0, 2)]).toEqual([
      200,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'PK',
    ])
    const [, name = ''] = /filename\*=UTF-8''(\S+)$/.exec(answer.headers['content-disposition'] ?? '') ?? []
    expect(decodeURIComponent(name)).toBe('崆峒区指标填报表-2026-09.xlsx')
  })

  it('is for the desk, a month that is over, and a district that has the feed `manual`', async () => {
    const wall = { headers: { cookie: `yiping_session=${house.signIn('wall')}` } }
    expect(problemIn(await house.ask('GET', '/api/entries/template', wall)).status).toBe(403)
    const months = 'expected a month from 2000-01 to 2100-12, YYYY-MM'
    expect(await refused(get('/api/entries/sheet?month=2026-11'))).toEqual([
      400,
      'month: 2026-11 is not over, and its figures are of its last day; the last month that can be entered is 2026-10',
    ])
    expect(await refused(get('/api/entries/sheet?month=2026-13'))).toEqual([400, `month: ${months}, such as ?month=2026-10`])
    for (const far of ['0000-01', '0050-01', '1999-12', '2101-01']) {
      expect(await refused(get(`/api/entries/template?month=${far}`))).toEqual([400, `month: ${months}, such as ?month=2026-10`])
      expect(await refused(post('/api/entries', { ...proposal, month: far }))).toEqual([400, expect.stringMatching(`^month: ${months}; send `)])
    }
    expect(await refused(get('/api/entries/sheet?district=paris'))).toEqual([404, 'district: "paris" is not configured; these are: 620802, la'])
    expect(await refused(get('/api/entries/sheet?district=la'))).toEqual([
      404,
      expect.stringMatching(/no feed manual of it runs; put config\/feeds\/manual.yaml back$/),
    ])
  })
})

describe('checking', () => {
  it('reads a returned file, and figures as they were typed', async () => {
    const { bytes } = await around.desk.template('620802', '2026-10')
    const file = await house.ask('POST', '/api/entries/check', {
      headers: { cookie: `yiping_session=${house.signIn('desk')}`, origin: house.origin },
      body: await filled(bytes, { 'input/sampled': '１.２万' }),
    })
    expect([file.status, JSON.parse(file.text)]).toEqual([
      200,
      { month: '2026-10', sheet: '填报', figures: [{ input: 'sampled', row: 7, value: 12_000 }], problems: [], skipped: 7 },
    ])
    const typed = await post('/api/entries/check', {
      ...place,
      figures: [
        { input: 'sampled', text: '1,200' },
        { indicator: 'usability', text: '百分之九十' },
      ],
    })
    expect(JSON.parse(typed.text)).toEqual({
      month: '2026-10',
      sheet: '',
      figures: [{ input: 'sampled', row: 1, value: 1_200 }],
      problems: [{ code: 'not-a-number', row: 2, found: '百分之九十', expected: '分' }],
      skipped: 0,
    })
    expect(recorded()).toEqual([])
  })

  it('refuses a file that is too large to be one', async () => {
    const cookie = `yiping_session=${house.signIn('desk')}`
    const answer = await house.ask('POST', '/api/entries/check', {
      headers: { cookie, origin: house.origin },
      body: Buffer.alloc(2 * 1024 * 1024 + 1),
    })
    expect(problemIn(answer)).toMatchObject({ status: 413, detail: expect.stringMatching(/send the filled-in template alone/) as string })
  })
})

describe('files of one session', () => {
  it('are checked one at a time: the second is told to wait, another session is not, and the next has its turn', async () => {
    const checked = { month: undefined, sheet: '', figures: [], problems: [], skipped: 0 }
    const held: (() => void)[] = []
    let arrived: () => void = () => undefined
    const checkFile = () =>
      new Promise<typeof checked>((resolve) => {
        held.push(() => resolve(checked))
        arrived()
      })
    const busy = await new House({ entryDesk: { ...around.desk, checkFile } }).open()
    const upload = (session: string): Promise<Answer> =>
      busy.ask('POST', '/api/entries/check', { headers: { cookie: `yiping_session=${session}`, origin: busy.origin }, body: Buffer.from('PK') })
    const answers: Promise<Answer>[] = []
    /** resolves once the desk has the file */
    const begin = (session: string): Promise<void> =>
      new Promise((resolve) => {
        arrived = resolve
        answers.push(upload(session))
      })
    const [mine, other] = [busy.signIn('desk', '填报员甲'), busy.signIn('desk', '填报员乙')]
    await begin(mine)
    expect(await refused(upload(mine))).toEqual([429, 'a file of this session is being checked already; wait for its answer, then send the next'])
    await begin(other)
    for (const release of held.splice(0)) release()
    await Promise.all(answers)
    await begin(mine)
    for (const release of held) release()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200])
    await busy.close()
  })
})

describe('proposing', () => {
  it('is a fact with the name of who proposed it; nothing of it is a reading yet', async () => {
    const answer = await post('/api/entries', proposal)
    const { id } = JSON.parse(answer.text) as { readonly id: string }
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { id, at: house.clock.now(), by: '填报员甲' }])
    expect(house.recorded).toEqual([
      {
        feed: 'system',
        facts: [
          {
            kind: 'entry',
            district: '620802',
            id,
            at: house.clock.now(),
            state: 'proposed',
            by: '填报员甲',
            figures: [{ input: 'sampled', at: endOfOctober, value: 120 }],
            note: '10月抽查',
          },
        ],
      },
    ])
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    [
      'a figure that a feed reports',
      { indicator: 'usability', value: 91 },
      /^figures.0 \(usability\): the feed indicators 平台 reports it; leave it out$/,
    ],
    ['one out of its range', { indicator: 'hit_rate', value: 101 }, /^figures.0 \(hit_rate\): found 101, expected 0 – 100 %; check the unit$/],
    ['an unknown member', { input: 'sites', of: 'paris', value: 1 }, /^figures.0 \(sites\/paris\): is not told apart by such a member/],
    ['an input that a platform reports', { input: 'reported', value: 1 }, /^figures.0 \(reported\): is not one that people fill in/],
    ['an unknown id', { indicator: 'no', value: 1 }, /^figures.0 \(no\): is no indicator or input of this server/],
    [
      'an input and an indicator in one',
      { indicator: 'usability', input: 'sampled', value: 1 },
      /^figures.0: expected either an indicator or an input, not both and not neither; send \{/,
    ],
    ['neither', { of: 'housing', value: 1 }, /^figures.0: expected either an indicator or an input/],
    ['nothing', {}, /^figures.0.value: expected a number; send \{/],
  ])('is refused for %s', async (_what, figure, words) => {
    around.newest = { usability: { at: endOfOctober, value: 90, feed: 'indicators' } }
    const [status, detail] = await refused(post('/api/entries', { ...proposal, figures: [figure] }))
    expect(status).toBe(400)
    expect(detail).toMatch(words)
    expect(recorded()).toEqual([])
  })

  it('is refused for a figure that waits already, a month that is not over, an empty list, and without a person’s name', async () => {
    around.entries = [proposed]
    expect(await refused(post('/api/entries', proposal))).toEqual([
      400,
      'figures.0 (sampled): 填报员甲 has proposed it for this month already; decide on that entry first',
    ])
    expect((await post('/api/entries', { ...proposal, month: '2026-09' })).status).toBe(200)
    expect((await refused(post('/api/entries', { ...proposal, month: '2026-11' })))[0]).toBe(400)
    expect((await refused(post('/api/entries', { ...proposal, figures: [] })))[1]).toMatch(/^figures: expected at least one figure/)
    const token = { headers: { authorization: `Bearer ${adminToken}` }, body: JSON.stringify(proposal) }
    expect((await refused(house.ask('POST', '/api/entries', token)))[1]).toMatch(/signed with a person’s name/)
    expect(recorded()).toHaveLength(1)
  })
})

describe('deciding', () => {
  beforeEach(() => {
    around.entries = [proposed]
  })
  const approve = (as?: string) => post('/api/entries/E1/approve', {}, as)

  it('approves by a second person: decision and figures in one write of the feed `manual`', async () => {
    const answer = await approve('审核员乙')
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { id: 'E1', state: 'approved', at: house.clock.now(), by: '审核员乙' }])
    expect(house.recorded).toEqual([
      {
        feed: 'manual',
        facts: [
          { kind: 'entry', district: '620802', id: 'E1', at: house.clock.now(), state: 'approved', by: '审核员乙' },
          { kind: 'input', input: 'sampled', at: endOfOctober, value: 120, key: 'E1#0' },
        ],
      },
    ])
  })

  it.each(['填报员甲', ' 填报员 甲', '填报员甲\u200b'])('is refused to who proposed it, %j, with the cure', async (name) => {
    expect(await refused(approve(name))).toEqual([
      403,
      'entry: 填报员甲 proposed it, and a second person must approve it; ask somebody else to sign in with a link of their own name and approve it there',
    ])
    expect(recorded()).toEqual([])
  })

  it('is refused, naming the figure, when it cannot be taken any more', async () => {
    around.newest = { '/sampled//': { at: endOfOctober, value: 90, feed: 'indicators' } }
    expect(await refused(approve('审核员乙'))).toEqual([409, 'figures.0 (sampled): the feed indicators 平台 reports it; leave it out'])
    around.newest = {}
    const manual = around.feeds.get('manual')!
    around.feeds = new Map([['manual', { ...manual, admission: { ...manual.admission, ranges: { sampled: [0, 100] } } }]])
    expect(await refused(approve('审核员乙'))).toEqual([409, expect.stringMatching(/^figures.0 \(sampled\): value: found 120, expected 0 to 100/)])
    around.feeds = new Map()
    expect((await refused(approve('审核员乙')))[1]).toMatch(/put config\/feeds\/manual.yaml back/)
    expect(recorded()).toEqual([])
  })

  it('rejects by anybody and withdraws by who proposed it alone; neither brings figures', async () => {
    expect(await refused(post('/api/entries/E1/withdraw', {}, '审核员乙'))).toEqual([
      403,
      'entry: only 填报员甲, who proposed it, can withdraw it; reject it instead',
    ])
    expect((await post('/api/entries/E1/withdraw', {})).status).toBe(200)
    expect((await post('/api/entries/E1/reject', {}, '审核员乙')).status).toBe(200)
    const usual = { kind: 'entry', district: '620802', id: 'E1', at: house.clock.now() }
    expect(house.recorded).toEqual([
      { feed: 'system', facts: [{ ...usual, state: 'withdrawn', by: '填报员甲' }] },
      { feed: 'system', facts: [{ ...usual, state: 'rejected', by: '审核员乙' }] },
    ])
  })

  it('twice at once is done once: the second is told who was first', async () => {
    house.commit = () => {
      // what the fold does with it
      around.entries = [{ ...proposed, state: 'approved', decidedAt: 1, decidedBy: '审核员乙' }]
      return Promise.resolve()
    }
    const answers = await Promise.all([approve('审核员乙'), approve('审核员丙')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(answers.map(({ text }) => text).join('')).toContain('it was approved by 审核员乙 before')
    expect(house.recorded).toHaveLength(1)
  })

  it('is refused for an entry that is none and without a person’s name, and says so when nothing can be recorded', async () => {
    const token = { headers: { authorization: `Bearer ${adminToken}` } }
    expect((await refused(house.ask('POST', '/api/entries/E1/approve', token)))[1]).toMatch(/signed with a person’s name/)
    expect(await refused(post('/api/entries/E9/approve', {}))).toEqual([404, 'entry: "E9" is none that waits; decided ones are kept for 7 days'])
    house.commit = () => Promise.reject(new StorageFullError('the disk is full'))
    expect((await refused(approve('审核员乙')))[0]).toBe(507)
  })
})

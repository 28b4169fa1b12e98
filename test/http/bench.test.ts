import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalogue, FeedFile, FeedStatus, SaveRequest, TryRequest } from '../../contract/bench.ts'
import type { Role } from '../../server/http/route.ts'
import type { HttpOptions } from '../../server/http/server.ts'
import { House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

const status: FeedStatus = {
  ...{ id: 'air', district: '620802', name: '空气', nameEn: 'Air', source: 'mqtt://10.0.0.5', codec: 'json', meaning: 'mapping', state: 'up' },
  ...{ connection: 'open', lastError: undefined, retryAt: undefined, lastMessageAt: 1, messages: 2, facts: 2, rejected: 0, unchanged: 0, queued: 0 },
  version: 3,
}
const file: FeedFile = { id: 'air', yaml: 'id: air\n', version: 3, versions: [{ version: 3, savedAt: 1, by: 'bench' }] }
const line = { number: 8, at: 1, origin: 'air/1', text: '{}', facts: 1, rejected: 0 }
const catalogue: Catalogue = { transports: [], codecs: [], functions: [], dialects: ['native'], sectors: [], quantities: [] }

let house: House
let asked: unknown[]

/** Knows one feed, and notes what it is asked to do. */
const bench: HttpOptions['bench'] = {
  folder: 'config/feeds',
  list: () => [status],
  file: (id) => (id === 'air' ? file : undefined),
  version: (id, version) => (id === 'air' && version === 3 ? file.yaml : undefined),
  tail: (id, after) => (id === 'air' ? [line].filter(({ number }) => number > after) : undefined),
  try: (request: TryRequest) => {
    asked.push(request)
    return Promise.resolve({ problems: [], messages: [], count: 1, factCount: 1, refusalCount: 0 })
  },
  sample: (yaml) => {
    asked.push(yaml)
    return Promise.resolve({ problems: [], reason: 'nothing came within 10 s' })
  },
  save: (request: SaveRequest) => {
    asked.push(request)
    if (request.yaml === 'bad') return Promise.resolve({ id: '', version: undefined, problems: [{ path: 'id', problem: 'add it', line: 1 }] })
    return Promise.resolve(request.basedOn?.version === 3 ? { id: 'air', version: 4, problems: [] } : 'conflict')
  },
  rollBack: (id, version) => {
    asked.push([id, version])
    if (version === 2) return Promise.resolve('conflict')
    return Promise.resolve(version === 3 ? { id, version: 4, problems: [] } : undefined)
  },
  remove: (id) => {
    asked.push(id)
    return Promise.resolve(id === 'air')
  },
}

beforeEach(async () => {
  asked = []
  house = await new House({ bench, catalogue: () => catalogue }).open()
})

afterEach(() => house.close())

const as = (role: Role): Readonly<Record<string, string>> => ({ cookie: `yiping_session=${house.signIn(role)}`, origin: house.origin })
const look = (path: string, role: Role = 'desk'): Promise<Answer> => house.ask('GET', path, { headers: as(role) })
const press = (path: string, body: unknown, role: Role = 'admin'): Promise<Answer> =>
  house.ask('POST', path, {
    headers: { ...as(role), 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const json = (answer: Answer): unknown => {
  expect(answer.status, answer.text).toBe(200)
  return JSON.parse(answer.text)
}

const gets = ['/api/bench/feeds', '/api/bench/catalogue', '/api/bench/feeds/air', '/api/bench/feeds/air/versions/3', '/api/bench/feeds/air/tail']
const posts: readonly (readonly [string, unknown, Role])[] = [
  ['/api/bench/try', { yaml: 'id: air' }, 'desk'],
  ['/api/bench/sample', { yaml: 'id: air' }, 'admin'],
  ['/api/bench/save', { yaml: 'id: air', basedOn: { feed: 'air', version: 3 } }, 'admin'],
  ['/api/bench/feeds/air/roll-back', { version: 3 }, 'admin'],
  ['/api/bench/feeds/air/remove', {}, 'admin'],
]

describe('who may', () => {
  it.each(gets)('look at %s: whoever sits at a desk, no wall and no stranger', async (path) => {
    const statuses = await Promise.all([look(path, 'wall'), look(path, 'desk'), look(path, 'admin'), house.ask('GET', path)])
    expect(statuses.map((answer) => answer.status)).toEqual([403, 200, 200, 401])
  })

  it.each(posts)('press %s with %j: %s and higher', async (path, body, role) => {
    const statuses = await Promise.all([press(path, body, 'wall'), press(path, body, 'desk'), press(path, body, 'admin')])
    expect(statuses.map((answer) => answer.status)).toEqual([403, role === 'desk' ? 200 : 403, 200])
    expect(asked).toHaveLength(role === 'desk' ? 2 : 1)
    const elsewhere = await house.ask('POST', path, { headers: { ...as('admin'), origin: 'http://evil.example' }, body: JSON.stringify(body) })
    expect(elsewhere.status).toBe(403)
  })
})

describe('looking', () => {
  it('answers in the shapes of the contract', async () => {
    // absent and undefined are the same on the wire
    expect(json(await look('/api/bench/feeds'))).toEqual(JSON.parse(JSON.stringify({ folder: 'config/feeds', feeds: [status] })))
    expect(json(await look('/api/bench/catalogue'))).toEqual(catalogue)
    expect(json(await look('/api/bench/feeds/air'))).toEqual(file)
    expect(json(await look('/api/bench/feeds/air/versions/3'))).toEqual({ yaml: 'id: air\n' })
    expect(json(await look('/api/bench/feeds/air/tail'))).toEqual({ lines: [line] })
    expect(json(await look('/api/bench/feeds/air/tail?after=8'))).toEqual({ lines: [] })
  })

  it.each([
    ['/api/bench/feeds/nobody', 'no feed is called "nobody"; GET /api/bench/feeds lists them'],
    ['/api/bench/feeds/..%2f..%2fetc', 'no feed is called "../../etc"; GET /api/bench/feeds lists them'],
    ['/api/bench/feeds/air/versions/9', 'this feed has no such version; GET /api/bench/feeds/<feed> lists them'],
    ['/api/bench/feeds/air/versions/x', 'this feed has no such version; GET /api/bench/feeds/<feed> lists them'],
  ])('at %s says that there is none', async (path, detail) => {
    expect(problemIn(await look(path))).toMatchObject({ status: 404, detail })
  })

  it('at the tail of a feed that is none, says so: whoever waits there waits for nothing', async () => {
    expect(problemIn(await look('/api/bench/feeds/nobody/tail?after=x'))).toMatchObject({
      status: 404,
      detail: 'no feed is called "nobody"; GET /api/bench/feeds lists them',
    })
  })
})

describe('trying', () => {
  it('hands on the file and the sample as they are, its origin empty where none is given', async () => {
    const sample = { body: '{}', encoding: 'text' }
    expect(json(await press('/api/bench/try', { yaml: 'id: air', sample }, 'desk'))).toMatchObject({ factCount: 1 })
    expect(asked).toEqual([{ yaml: 'id: air', sample: { ...sample, origin: '' } }])
  })

  it('takes a workbook of some megabytes', async () => {
    const sample = { body: 'A'.repeat(8 * 1024 * 1024), encoding: 'base64', origin: 'a.xlsx' }
    expect((await press('/api/bench/try', { yaml: 'id: air', sample }, 'desk')).status).toBe(200)
  })

  it('a sample of the upstream tells why there is none', async () => {
    expect(json(await press('/api/bench/sample', { yaml: 'id: air' }))).toEqual({ problems: [], reason: 'nothing came within 10 s' })
  })
})

describe('changing', () => {
  it('saves on top of the newest version, and tells mistakes by their place', async () => {
    expect(json(await press('/api/bench/save', { yaml: 'id: air', basedOn: { feed: 'air', version: 3 } }))).toEqual({
      id: 'air',
      version: 4,
      problems: [],
    })
    expect(json(await press('/api/bench/save', { yaml: 'bad', basedOn: null }))).toEqual({
      id: '',
      problems: [{ path: 'id', problem: 'add it', line: 1 }],
    })
  })

  it('answers 409 with the cure to who began from an older version', async () => {
    expect(problemIn(await press('/api/bench/save', { yaml: 'id: air', basedOn: { feed: 'air', version: 2 } }))).toMatchObject({
      status: 409,
      type: 'urn:yiping:problem:conflict',
      detail: 'the file was changed since you began; look at its newest version, and save again on top of it',
    })
    expect((await press('/api/bench/feeds/air/roll-back', { version: 2 })).status).toBe(409)
    expect(problemIn(await press('/api/bench/save', { yaml: 'id: air', basedOn: null }))).toMatchObject({
      status: 409,
      detail: 'id: it is taken, another feed has it; give the new feed another id, or save on top of that feed’s newest version',
    })
  })

  it('rolls back to a version there is, and takes away a feed there is', async () => {
    expect(json(await press('/api/bench/feeds/air/roll-back', { version: 3 }))).toEqual({ id: 'air', version: 4, problems: [] })
    expect(problemIn(await press('/api/bench/feeds/air/roll-back', { version: 9 })).status).toBe(404)
    expect(json(await press('/api/bench/feeds/air/remove', {}))).toEqual({ id: 'air', problems: [] })
    expect(problemIn(await press('/api/bench/feeds/nobody/remove', {})).status).toBe(404)
    expect(asked).toEqual([['air', 3], ['air', 9], 'air', 'nobody'])
  })
})

describe('what cannot be understood', () => {
  it.each([
    ['/api/bench/save', { yaml: 'id: air' }, 'basedOn'],
    ['/api/bench/save', { yaml: 'id: air', basedOn: 3 }, 'basedOn'],
    ['/api/bench/save', { yaml: 'id: air', basedOn: { feed: 'air', version: '3' } }, 'basedOn.version'],
    ['/api/bench/save', { yaml: 'id: air', basedOn: { feed: 'air', version: 3 }, force: true }, 'force'],
    ['/api/bench/try', { yaml: 7 }, 'yaml'],
    ['/api/bench/try', { yaml: '', sample: { body: '', encoding: 'utf-16' } }, 'sample.encoding'],
    ['/api/bench/feeds/air/roll-back', { version: 0 }, 'version'],
    ['/api/bench/feeds/air/remove', { really: true }, 'really'],
    ['/api/bench/sample', '{"yaml":', 'not JSON'],
    ['/api/bench/try', { yaml: 'x'.repeat(1024 * 1024 + 1) }, 'yaml'],
  ])('%s with %j is answered with its place and an example', async (path, body, words) => {
    const { status: code, detail } = problemIn(await press(path, body))
    expect(code).toBe(400)
    expect(detail).toContain(words)
    expect(detail).toContain('send {')
    expect(asked).toEqual([])
  })

  it('is not read when it is endless', async () => {
    expect(problemIn(await press('/api/bench/feeds/air/remove', { x: 'x'.repeat(2_000) })).status).toBe(413)
    expect(problemIn(await press('/api/bench/save', { yaml: 'x'.repeat(17 * 1024 * 1024) })).status).toBe(413)
  })
})

import { describe, expect, it } from 'vitest'
import type { FeedDefinition } from '../../contract/feed.ts'
import { LiveFeeds, withoutSecrets } from '../../server/ingest/live-feeds.ts'
import type { TransportContext } from '../../server/ingest/transport.ts'
import { sensorReading, start } from '../support/facts.ts'
import { airFeed, codeOf, Rooms, settled, text } from './feed-line.ts'

type Context = TransportContext<unknown>

const jsonHeaders = { contentType: 'application/json', contentEncoding: undefined }
const pulled = (given: Partial<FeedDefinition> = {}): FeedDefinition => airFeed({ source: 'tried://10.20.0.5/air', ...given })

/** Runs, as the transport of `air` saw them begin and end. */
function watched(rooms: Rooms): { readonly runs: Context[]; readonly events: string[] } {
  const seen = { runs: [] as Context[], events: [] as string[] }
  rooms.transports.set('air', async (context) => {
    seen.runs.push(context)
    seen.events.push(`begins ${context.url.pathname}`)
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }))
    await settled()
    seen.events.push(`ends ${context.url.pathname}`)
  })
  return seen
}

describe('a feed', () => {
  it('runs once it is started, goes on by a new definition, and ends when it is stopped', async () => {
    const rooms = new Rooms()
    const { runs, events } = watched(rooms)
    const live = rooms.live()
    await live.start(pulled())
    expect(live.ids).toEqual(['air'])
    await live.start(pulled({ source: 'tried://10.20.0.5/water', name: '新名' }))
    expect(events).toEqual(['begins /air', 'ends /air', 'begins /water'])
    expect(live.definition('air')?.name).toBe('新名')
    expect(live.pipeline('air')?.feed.definition).toEqual(runs[1]?.feed)
    await live.stop('air')
    expect(events.at(-1)).toBe('ends /water')
    expect(live.ids).toEqual([])
    await live.stop('air')
  })

  it('is there all the time while it changes, and the others do not notice', async () => {
    const rooms = new Rooms()
    watched(rooms)
    const live = rooms.live()
    await live.start(pulled())
    await live.start(airFeed({ id: 'hotline' }))
    const other = live.pipeline('hotline')
    const changing = live.start(pulled({ source: 'tried://10.20.0.5/water' }))
    expect(live.ids).toEqual(['air', 'hotline'])
    await changing
    expect(live.ids).toEqual(['air', 'hotline'])
    expect(live.pipeline('hotline')).toBe(other)
  })

  it('records what the old definition has in hand before anything of the new', async () => {
    const rooms = new Rooms()
    const live = rooms.live()
    await live.start(airFeed())
    const commits: (() => void)[] = []
    rooms.commit = () => new Promise((resolve) => commits.push(resolve))
    const old = live.receive('air', Buffer.from('{"no":"old"}'), jsonHeaders)
    for (let turn = 0; commits.length === 0 && turn < 100; turn += 1) await settled()
    await live.start(airFeed({ name: '新名' }))
    const fresh = live.receive('air', Buffer.from('{"no":"new"}'), jsonHeaders)
    for (let turn = 0; turn < 10; turn += 1) await settled()
    expect(commits).toHaveLength(1)
    commits.shift()?.()
    await old
    for (let turn = 0; commits.length === 0 && turn < 100; turn += 1) await settled()
    commits.shift()?.()
    await fresh
    expect(rooms.ids).toEqual(['old', 'new'])
  })

  it('with mistakes is not started, and what runs goes on', async () => {
    const rooms = new Rooms()
    const live = rooms.live()
    await live.start(airFeed())
    const running = live.pipeline('air')
    await expect(live.start(airFeed({ codec: 'klingon' }))).rejects.toThrow(/^feed air: codec: "klingon" is no codec/)
    expect(live.pipeline('air')).toBe(running)
  })

  it('is told the newest recorded value of each series, so that dead-bands hold over a restart', async () => {
    const rooms = new Rooms()
    const last = (): { at: number; value: number } => ({ at: start - 60_000, value: 34 })
    const live = new LiveFeeds({ ...rooms.all, last: () => last })
    const { admission } = airFeed()
    await live.start(airFeed({ admission: { ...admission, deadBands: { '*': { change: 5, atLeastEverySeconds: 3_600 } } } }))
    await live.receive(
      'air',
      Buffer.from(
        JSON.stringify([
          { no: 'S1', value: 36 },
          { no: 'S1', value: 40, after: 1_000 },
        ]),
      ),
      jsonHeaders,
    )
    expect(rooms.recorded).toEqual([{ feed: 'air', facts: [sensorReading({ at: start + 1_000, value: 40 })] }])
    await live.close()
  })

  it('that is being changed when the server stops does not begin again', async () => {
    const rooms = new Rooms()
    const { runs } = watched(rooms)
    const live = rooms.live()
    await live.start(pulled())
    const changing = live.start(pulled({ source: 'tried://10.20.0.5/water' }))
    await Promise.all([changing, live.close()])
    expect(runs).toHaveLength(1)
  })
})

describe('statuses', () => {
  it('tell of each feed how it stands, without secrets', async () => {
    const rooms = new Rooms()
    const { runs } = watched(rooms)
    const live = rooms.live()
    await live.start(pulled({ source: 'tried://reader@10.20.0.5/air?key=abc', dialect: 'native' }))
    await live.start(airFeed({ id: 'hotline' }))
    await runs[0]?.deliver(text({ no: 'A1' }, {}))
    const common = {
      district: '620802',
      codec: 'json',
      meaning: 'probe',
      state: 'up',
      lastError: undefined,
      retryAt: undefined,
      queued: 0,
      unchanged: 0,
    }
    expect(live.statuses((id) => id.length)).toEqual([
      {
        ...common,
        ...{ id: 'air', name: 'air 平台', nameEn: 'air platform', source: 'tried://10.20.0.5/air', connection: 'open', version: 3 },
        ...{ lastMessageAt: start, messages: 2, facts: 1, rejected: 1 },
      },
      {
        ...common,
        ...{ id: 'hotline', name: 'hotline 平台', nameEn: 'hotline platform', source: 'intake:', connection: 'intake', version: 7 },
        ...{ lastMessageAt: undefined, messages: 0, facts: 0, rejected: 0 },
      },
    ])
  })

  it.each([
    ['mqtts://user:secret@10.0.0.1:8883/a?b=c', 'mqtts://10.0.0.1:8883/a'],
    ['intake:', 'intake:'],
    ['file:odd', 'file:odd'],
    ['postgres://reader@db/city?password=x', 'postgres://db/city'],
    ['http://[::', 'http:'],
  ])('tell of %s only %s', (source, told) => {
    expect(withoutSecrets(source)).toBe(told)
  })
})

describe('the HTTP intake', () => {
  it('takes for feeds that are sent to us, and for no other', async () => {
    const rooms = new Rooms()
    watched(rooms)
    const live = rooms.live()
    await live.start(pulled())
    await live.start(airFeed({ id: 'hotline' }))
    expect(['hotline', 'air', 'nobody'].map((id) => live.accepts(id))).toEqual([true, false, false])
    expect(await live.receive('hotline', Buffer.from('{"no":"A1"}'), jsonHeaders)).toEqual({
      ok: true,
      value: { accepted: 1, duplicates: 0, rejected: [], seq: 1 },
    })
    await expect(live.receive('nobody', Buffer.from('{}'), jsonHeaders)).rejects.toThrow('feed nobody is not running')
  })

  it('keeps what it refuses as a whole, and says why', async () => {
    const rooms = new Rooms()
    const live = rooms.live()
    await live.start(airFeed())
    const refused = await live.receive('air', Buffer.from('{'), jsonHeaders)
    expect(refused).toMatchObject({ ok: false, error: { stage: 'decode', code: 'bad-syntax' } })
    await live.refuseCut('air', { stage: 'receive', code: 'too-large', detail: 'body: more than we take' }, Buffer.from('{"no'), jsonHeaders)
    expect(rooms.kept.map((kept) => `${codeOf(kept)} ${kept.form} ${kept.raw}`)).toEqual(['decode bad-syntax body {', 'receive too-large cut {"no'])
  })

  it('asks to wait what sends beyond its cap, and no other', async () => {
    const rooms = new Rooms()
    const live = rooms.live()
    const { limits } = airFeed()
    await live.start(airFeed({ limits: { ...limits, messagesPerSecond: 1 } }))
    await live.start(airFeed({ id: 'hotline' }))
    await live.receive('air', Buffer.from(JSON.stringify(Array.from({ length: 12 }, (_, index) => ({ no: String(index) })))), jsonHeaders)
    expect([live.pause('air'), live.pause('hotline'), live.pause('nobody')]).toEqual([2_000, 0, 0])
    rooms.clock.advance(2_000)
    expect(live.pause('air')).toBe(0)
  })

  it('shows what came last, masked', async () => {
    const rooms = new Rooms()
    const live = rooms.live()
    await live.start(airFeed())
    await live.receive('air', Buffer.from('[{"no":"A1","tel":"13800138000"},{}]'), jsonHeaders)
    expect(live.tail('air', 0)).toEqual([{ number: 1, at: start, origin: '', text: '{"no":"A1","tel":"***"}\n{}', facts: 1, rejected: 1 }])
    expect(live.tail('air', 1)).toEqual([])
    expect(live.tail('nobody', 0)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { ok } from '../../contract/result.ts'
import { createAdmission } from '../../server/core/admission.ts'
import type { Message } from '../../server/ingest/codec.ts'
import { FeedPipeline } from '../../server/ingest/pipeline.ts'
import { sensorReading, start, workOrder } from '../support/facts.ts'
import { NotTakenError } from '../../server/ingest/transport.ts'
import type { Delivered, LedgerNote } from '../../server/ingest/transport.ts'
import { codeOf, full, Rooms, settled, text, values } from './feed-line.ts'

const order = (id: string): ReturnType<typeof workOrder> => workOrder({ id })

/** Recording waits until the test lets it go on, one by one. */
function gate(rooms: Rooms): { readonly waiting: () => number; readonly open: () => void } {
  const asked: (() => void)[] = []
  rooms.commit = () => new Promise((resolve) => asked.push(resolve))
  return { waiting: () => asked.length, open: () => asked.shift()?.() }
}

describe('the order of a feed', () => {
  it('is the order in which it came, whatever takes how long', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    await Promise.all([
      line.deliver(text({ no: 'A1', fault: 'slow' }, { no: 'A2' })),
      line.deliver({ body: Buffer.from('{'), origin: '' }),
      line.deliver(text({ no: 'A3' })),
    ])
    await line.deliver(text({ no: 'A4' }))
    expect(rooms.ids).toEqual(['A1', 'A2', 'A3', 'A4'])
    const decoded = new Rooms()
    const rows = decoded.pipeline()
    const faults = ['slow', undefined, 'slow', undefined, undefined]
    await Promise.all(faults.map((fault, index) => rows.deliverMessages(values({ no: `R${String(index)}`, fault }), 'row')))
    expect(decoded.ids).toEqual(['R0', 'R1', 'R2', 'R3', 'R4'])
  })

  it('lets what came together share a commit, and what came meanwhile wait for it', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    const { waiting, open } = gate(rooms)
    const first = [1, 2, 3].map((number) => line.take(values({ no: `A${String(number)}` }), ''))
    await settled()
    expect(waiting()).toBe(3)
    const later = line.take(values({ no: 'A4' }, { no: 'A5' }), '')
    await settled()
    expect(waiting()).toBe(3)
    expect(line.queued).toBe(2)
    for (let times = 0; times < 3; times += 1) open()
    await Promise.all(first)
    await settled()
    expect(waiting()).toBe(1)
    open()
    await later
    expect(rooms.ids).toEqual(['A1', 'A2', 'A3', 'A4', 'A5'])
    expect(line.queued).toBe(0)
  })

  it('ends a batch of 500 messages, and never cuts a delivery', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    const { waiting, open } = gate(rooms)
    const many = (count: number): Promise<unknown> => line.take(values(...Array.from({ length: count }, (_, at) => ({ no: String(at) }))), '')
    const taken = [many(1), many(700), many(300), many(200), many(1)]
    for (const size of [1, 1, 2, 1]) {
      while (waiting() < size) await settled()
      await settled()
      expect(waiting()).toBe(size)
      for (let left = size; left > 0; left -= 1) open()
    }
    await Promise.all(taken)
  })
})

describe('the order of bodies', () => {
  it('does not depend on how long each takes to decode', async () => {
    const rooms = new Rooms()
    const opened = rooms.opened()
    const waits: (() => void)[] = []
    const codec = {
      name: 'slow',
      isBinary: false,
      openStream: undefined,
      decode: ({ body }: { readonly body: Buffer }) =>
        new Promise<ReturnType<typeof ok<readonly Message[]>>>((resolve) => waits.push(() => resolve(ok(values({ no: body.toString() }))))),
    }
    const line = new FeedPipeline({ ...opened, codec }, rooms.all, createAdmission({ ...rooms.all, feed: opened.definition, last: () => undefined }))
    const delivered = ['A1', 'A2', 'A3'].map((id) => line.deliver({ body: Buffer.from(id), origin: '' }))
    for (const end of [...waits].reverse()) {
      end()
      await settled()
    }
    await Promise.all(delivered)
    expect(rooms.ids).toEqual(['A1', 'A2', 'A3'])
  })
})

describe('what is told of a delivery', () => {
  it('is its own, whatever it was recorded with', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    const taken = await Promise.all([
      line.take(values({ no: 'A1' }, { nr: 'A2' }), ''),
      line.take([], ''),
      line.take(values({ no: 'A3' }, { no: 'A4' }, { no: 'A5', fault: 'map' }), ''),
    ])
    expect(taken.map(({ accepted, seq }) => [accepted, seq])).toEqual([
      [1, 1],
      [0, undefined],
      [2, 2],
    ])
    expect(taken.map(({ rejected }) => rejected.map((refusal) => `${String(refusal.index)} ${codeOf(refusal)}`))).toEqual([
      ['1 decode bad-shape'],
      [],
      ['2 map unknown-value'],
    ])
    // a delivery without facts waits for no commit
    expect(rooms.receipts).toEqual([
      { feed: 'air', facts: 0, rejected: 0 },
      { feed: 'air', facts: 1, rejected: 1 },
      { feed: 'air', facts: 2, rejected: 1 },
    ])
    expect(line.counts).toEqual({ messages: 5, facts: 3, rejected: 2, unchanged: 0, lastMessageAt: start })
  })

  it('counts what moved too little to be recorded as heard', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline({
      admission: { ...rooms.opened().definition.admission, deadBands: { pm25: { change: 5, atLeastEverySeconds: 3_600 } } },
    })
    expect(await line.deliver(text({ no: 'S1', value: 35 }, { no: 'S1', value: 37, after: 60_000 }))).toEqual({ facts: 1, rejected: 0 })
    expect(line.counts).toMatchObject({ messages: 2, facts: 1, unchanged: 1 })
    expect(rooms.receipts).toEqual([{ feed: 'air', facts: 2, rejected: 0 }])
  })

  it('says the same to a transport: facts new or known, and the number of refusals', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    expect(await line.deliver(text({ no: 'A1' }, {}, { no: 'A2', fault: 'admit' }))).toEqual({ facts: 1, rejected: 2 })
    expect(await line.deliver({ body: Buffer.from('{'), origin: 'air/1' })).toEqual({ facts: 0, rejected: 1 })
  })
})

describe('a note in the ledger', () => {
  const note = { key: 'a.csv', value: 'taken' }

  it('goes with the facts of its delivery, and with none when there are none', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    await Promise.all([line.deliver(text({ no: 'A1' }), note), line.deliver(text({ no: 'A2' }))])
    await line.deliverMessages([], 'a.csv', { key: 'a.csv', value: undefined })
    expect(rooms.recorded).toEqual([
      { feed: 'air', facts: [order('A1')], also: { ledger: [note] } },
      { feed: 'air', facts: [order('A2')] },
      { feed: 'air', facts: [], also: { ledger: [{ key: 'a.csv', value: undefined }] } },
    ])
  })

  it('may depend on what became of the delivery', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    const told = ({ facts, rejected }: Delivered): LedgerNote => ({ key: 'a.csv', value: `${String(facts)} of ${String(facts + rejected)}` })
    await line.deliver(text({ no: 'A1' }, {}), told)
    await line.deliver({ body: Buffer.from('{'), origin: 'a.csv' }, told)
    expect(rooms.recorded.map(({ also }) => also?.ledger?.[0]?.value)).toEqual(['1 of 2', '0 of 1'])
  })

  it('is written after what was refused is kept, since it never comes again; without one, refusals are kept after the facts', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    await line.deliver(text({ no: 'A1' }, {}), note)
    expect(rooms.events).toEqual(['kept', 'recorded'])
    await line.deliver(text({ no: 'A1' }, {}))
    expect(rooms.events).toEqual(['kept', 'recorded', 'recorded', 'kept'])
  })

  it('is written of a body that was refused as a whole, too', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    await line.deliver({ body: Buffer.from('{"no": 13800138000'), origin: 'drop/a.json' }, note)
    expect(rooms.kept).toMatchObject([
      { feed: 'air', at: start, stage: 'decode', code: 'bad-syntax', raw: '{"no": ***', form: 'body', origin: 'drop/a.json' },
    ])
    expect(rooms.recorded).toEqual([{ feed: 'air', facts: [], also: { ledger: [note] } }])
    rooms.commit = full
    await expect(line.deliver({ body: Buffer.from('{'), origin: 'drop/b.json' }, note)).rejects.toThrow(NotTakenError)
  })
})

describe('what cannot be recorded', () => {
  it('is not taken, leaves nothing behind, and is judged as if new when it comes again', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline({
      admission: { ...rooms.opened().definition.admission, deadBands: { pm25: { change: 5, atLeastEverySeconds: 3_600 } } },
    })
    const reading = text({ no: 'S1', value: 35 }, {})
    rooms.commit = full
    await expect(line.deliver(reading)).rejects.toThrow(NotTakenError)
    expect(rooms.kept).toEqual([])
    expect(rooms.receipts).toEqual([])
    expect(line.counts).toMatchObject({ messages: 0, facts: 0, rejected: 0 })
    expect(line.queued).toBe(0)
    rooms.commit = () => Promise.resolve()
    await line.deliver(reading)
    expect(rooms.recorded).toEqual([{ feed: 'air', facts: [sensorReading({ value: 35 })] }])
    expect(rooms.kept.map(codeOf)).toEqual(['decode bad-shape'])
    // now it counts
    await line.deliver(text({ no: 'S1', value: 36, after: 60_000 }))
    expect(line.counts).toMatchObject({ facts: 1, unchanged: 1 })
    // the wall says that nothing is recorded: a full disk is nothing for the log of each feed
    expect(rooms.lines).toEqual([refusedLine(1, /^\[1\], no: found nothing/)])
  })

  it('for another reason than a full disk is told to the log, by a transport’s delivery only: HTTP tells its own', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    rooms.commit = () => Promise.reject(new Error('the recorder is closed'))
    await expect(line.take(values({ no: 'A1' }), '')).rejects.toThrow('the recorder is closed')
    expect(rooms.lines).toEqual([])
    await expect(line.deliver(text({ no: 'A1' }))).rejects.toThrow(NotTakenError)
    expect(rooms.lines).toEqual([
      { level: 'error', message: 'facts of a feed were not recorded', fields: { feed: 'air', error: 'Error: the recorder is closed' } },
    ])
  })

  it('does not stop the deliveries beside it', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    let count = 0
    rooms.commit = () => ((count += 1) === 2 ? full() : Promise.resolve())
    const outcomes = await Promise.allSettled([1, 2, 3].map((number) => line.take(values({ no: `A${String(number)}` }), '')))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rooms.ids).toEqual(['A1', 'A3'])
  })
})

/** What the server's log is told of refusals; it writes a line for each feed and minute. */
const refusedLine = (count: number, reason: RegExp) => ({
  level: 'warn',
  message: 'messages of a feed were refused',
  fields: { feed: 'air', count, reason: expect.stringMatching(reason) as string },
})

describe('bad messages', () => {
  it('never lose their neighbours', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline()
    const bad = [
      null,
      7,
      [],
      { nr: 'x' },
      { no: 'x', fault: 'map' },
      { no: 'x', fault: 'bug' },
      { no: 'x', fault: 'admit' },
      { no: 'x', value: 9_999 },
    ]
    await line.deliver(text(...bad.flatMap((each, index) => [{ no: `A${String(index)}` }, each])))
    expect(rooms.ids).toEqual(bad.map((_, index) => `A${String(index)}`))
    expect(rooms.kept.map(codeOf)).toEqual([
      ...Array.from({ length: 4 }, () => 'decode bad-shape'),
      'map unknown-value',
      'map bad-shape',
      'admit bad-shape',
      'admit out-of-range',
    ])
    expect(rooms.lines).toEqual([
      { level: 'error', message: 'a dialect failed on a message', fields: { feed: 'air', fault: 'TypeError: undefined is not a function' } },
      refusedLine(8, /^\[1\], message: found null/),
    ])
  })

  it('that cannot be kept cost nobody his facts', async () => {
    const rooms = new Rooms()
    rooms.keep = () => {
      throw new Error('disk')
    }
    const line = rooms.pipeline()
    expect(await line.deliver(text({ no: 'A1' }, {}))).toEqual({ facts: 1, rejected: 1 })
    expect(rooms.lines).toEqual([
      refusedLine(1, /^\[1\], no: found nothing/),
      { level: 'error', message: 'refused messages could not be kept', fields: { feed: 'air', count: 1, error: 'Error: disk' } },
    ])
  })

  it('that are too long are refused as a whole, by the feed’s own limit', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline({ limits: { messagesPerSecond: 2_000, messageBytes: 100 } })
    await line.deliver(text({ no: 'A'.repeat(100) }))
    expect(rooms.kept).toMatchObject([{ stage: 'receive', code: 'too-large', form: 'body' }])
    expect(rooms.kept[0]?.detail).toBe('message: more than 100 bytes; send it in parts, or raise limits.messageBytes of the feed')
    const large = rooms.pipeline({ limits: { messagesPerSecond: 2_000, messageBytes: 100_000 } })
    await large.deliver(text({ no: 'A'.repeat(100_000) }))
    expect(rooms.kept.at(-1)).toMatchObject({ code: 'too-large', form: 'cut' })
    expect(rooms.kept.at(-1)?.raw).toHaveLength(65_536)
  })

  it('of a binary codec are kept for people to read, and cannot be sent again', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline({ codec: 'xlsx' })
    await line.deliver({ body: Buffer.from('no workbook'), origin: 'a.xlsx' })
    expect(rooms.kept).toMatchObject([{ stage: 'decode', form: 'piece', origin: 'a.xlsx' }])
  })
})

describe('the cap of a feed', () => {
  it('counts messages, of bodies too, and says how long to wait', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline({ limits: { messagesPerSecond: 2, messageBytes: 1_000_000 } })
    await line.deliver(text(...Array.from({ length: 18 }, (_, index) => ({ no: String(index) }))))
    expect(line.pauseMs).toBe(0)
    await line.deliverMessages(values({ no: 'a' }, { no: 'b' }, { no: 'c' }), '')
    expect(line.pauseMs).toBe(500)
    await line.deliver({ body: Buffer.from('{'), origin: '' })
    expect(line.pauseMs).toBe(1_000)
    rooms.clock.advance(1_000)
    expect(line.pauseMs).toBe(0)
  })

  it('does not count what is sent through again from the quarantine', async () => {
    const rooms = new Rooms()
    const line = rooms.pipeline({ limits: { messagesPerSecond: 1, messageBytes: 1_000_000 } })
    for (let number = 1; number <= 30; number += 1) await line.sendAgain(values({ no: String(number) }), '', { number, at: start })
    expect(line.pauseMs).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { createAdmission } from '../../server/core/admission.ts'
import type { Message } from '../../server/ingest/codec.ts'
import { openFeed } from '../../server/ingest/open-feed.ts'
import { Translator } from '../../server/ingest/translator.ts'
import { sensorReading, start, workOrder } from '../support/facts.ts'
import { plainPrivacy } from '../support/privacy.ts'
import { airFeed, codeOf, Rooms, settled, values } from './feed-line.ts'

const rooms = new Rooms()
const feed = rooms.opened()

function translator(privacy = plainPrivacy()): Translator {
  const session = createAdmission({ feed: feed.definition, registry: rooms.registry, last: () => undefined }).session(start)
  return new Translator({ feed, registry: rooms.registry, session, origin: 'air/1', receivedAt: start, privacy })
}

async function translate(messages: readonly Message[]): Promise<Translator> {
  const translated = translator()
  await translated.take(messages)
  return translated
}

describe('messages', () => {
  it('become facts in their order, whether the meaning answers at once or later', async () => {
    const { facts, messages, refusals } = await translate(values({ no: 'A1', fault: 'slow' }, { no: 'S1', value: 35 }, { no: 'A2' }))
    expect(facts).toEqual([workOrder({ id: 'A1' }), sensorReading(), workOrder({ id: 'A2' })])
    expect({ messages, refusals }).toEqual({ messages: 3, refusals: [] })
  })

  it('of later deliveries go on counting', async () => {
    const translated = translator()
    await translated.take(values({ no: 'A1' }, {}))
    await translated.take(values({}))
    expect(translated.refusals.map(({ index }) => index)).toEqual([1, 2])
  })

  it('leave the event loop to others: a large body never has it for long', async () => {
    let turns = 0
    let isDone = false
    const others = async (): Promise<void> => {
      for (; !isDone; turns += 1) await settled()
    }
    const watching = others()
    const large = Array.from({ length: 30_000 }, (_, index) => ({ no: String(index) }))
    await translate(values(...large))
    isDone = true
    await watching
    expect(turns).toBeGreaterThan(3)
  })
})

describe('a message of which many facts are refused', () => {
  it('is masked once', async () => {
    const plain = plainPrivacy()
    let masked = 0
    const counting = {
      ...plain,
      json: (value: unknown) => {
        masked += 1
        return plain.json(value)
      },
    }
    const opened = openFeed({ ...airFeed(), mapping: '[1..50].{"kind": "work-order", "id": "A" & $, "at": 1795415400000, "stage": "lost"}' })
    if (!opened.ok) throw new Error('the mapping has mistakes')
    const { registry } = new Rooms()
    const session = createAdmission({ feed: opened.value.definition, registry, last: () => undefined }).session(start)
    const translated = new Translator({ feed: opened.value, registry, session, origin: '', receivedAt: start, privacy: counting })
    await translated.take(values({ no: 'A1' }, { no: 'A2' }))
    expect(translated.refusals.map(({ raw }) => raw)).toEqual([
      ...Array.from({ length: 50 }, () => '{"no":"A1"}'),
      ...Array.from({ length: 50 }, () => '{"no":"A2"}'),
    ])
    expect(masked).toBe(2)
  })
})

describe('a fact that lacks a field', () => {
  it('is refused with the names that its message has, so that a renamed column is seen', async () => {
    const opened = openFeed({
      ...airFeed(),
      mapping: '{"kind": "sensor-reading", "sensor": 站号, "quantity": "pm25", "at": 1795415400000, "value": 液位}',
    })
    if (!opened.ok) throw new Error('the mapping has mistakes')
    const { registry } = new Rooms()
    const session = createAdmission({ feed: opened.value.definition, registry, last: () => undefined }).session(start)
    const translated = new Translator({ feed: opened.value, registry, session, origin: '', receivedAt: start, privacy: plainPrivacy() })
    await translated.take(
      values({ 站号: 'A7', 水位: 1.2, '13800138000': 1 }, Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`c${String(n)}`, n]))),
    )
    expect(translated.refusals.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^value: found nothing, expected a value: the mapping gave none; the message has the fields “站号, 水位, .*”$/) as string,
      expect.stringMatching(/; the message has the fields “c0, c1, .*c11 and 2 more”$/) as string,
    ])
    expect(translated.refusals[0]?.detail).not.toContain('13800138000')
  })
})

describe('a mapping that takes too long', () => {
  const slow = { no: 'A1', fault: 'endless' }

  it('is not tried again after eight messages in a row: the rest of the batch waits in quarantine', async () => {
    const { refusals, facts } = await translate(values(...Array.from({ length: 9 }, () => slow), { no: 'A2' }))
    expect(facts).toEqual([])
    expect(refusals.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 'too-slow'))
    expect(refusals[7]?.detail).toBe('mapping: look for a loop')
    expect(refusals[9]?.detail).toBe('mapping: not tried, since it took too long for the 8 messages before this one; simplify it, then replay')
    expect(refusals[9]).toMatchObject({ raw: '{"no":"A2"}', form: 'message' })
  })

  it('is tried as long as others come between', async () => {
    const { facts } = await translate(
      values(...Array.from({ length: 7 }, () => slow), { no: 'A2' }, ...Array.from({ length: 7 }, () => slow), { no: 'A3' }),
    )
    expect(facts).toEqual([workOrder({ id: 'A2' }), workOrder({ id: 'A3' })])
  })
})

describe('a refusal', () => {
  it('of a decoded message keeps it as JSON to be sent through again, and names its place', async () => {
    const { refusals } = await translate([{ value: { nr: 'A1', phone: '13800138000' }, place: 'line 3', text: 'nr;A1' }])
    expect(refusals).toEqual([
      {
        index: 0,
        stage: 'decode',
        code: 'bad-shape',
        detail: 'line 3, no: found nothing; Invalid input: expected string, received undefined',
        raw: '{"nr":"A1","phone":"***"}',
        form: 'message',
      },
    ])
  })

  it('keeps JSON that stays JSON when a bare number is masked', async () => {
    const { refusals } = await translate(values({ phone: 13_800_138_000, amount: 12_345_678_901_234 }))
    expect(JSON.parse(refusals[0]?.raw ?? '')).toEqual({ phone: '***', amount: 12_345_678_901_234 })
  })

  it('of what was no message keeps its text, which cannot be sent again', async () => {
    const refusal = { stage: 'decode', code: 'bad-syntax', detail: 'line 2: no CSV' } as const
    const { facts, refusals } = await translate([{ refusal, text: '"a;13800138000' }, { value: { no: 'A1' } }])
    expect(refusals).toEqual([{ index: 0, ...refusal, raw: '"a;***', form: 'piece' }])
    expect(facts).toEqual([workOrder({ id: 'A1' })])
  })

  it('holds no secret that the upstream has written back, neither in its text nor in its reason', async () => {
    const translated = translator(plainPrivacy({ redact: (text) => text.replaceAll('hunter2', '***') }))
    await translated.take(values({ no: { key: 'hunter2' }, auth: 'Bearer hunter2' }, { no: 'hunter2', fault: 'map' }))
    expect(translated.refusals).toHaveLength(2)
    expect(JSON.stringify(translated.refusals)).not.toContain('hunter2')
  })

  it('of a row that its columns do not fit keeps no name that may stand in any of them', async () => {
    const refusal = { stage: 'decode', code: 'bad-shape', detail: 'line 2: ragged' } as const
    const { refusals } = await translate([{ refusal, text: '李四,1,2,3', columns: ['姓名', '电话', '内容'] }])
    expect(refusals.map(({ raw }) => raw)).toEqual(['***,***,***,***'])
  })

  it('of a message longer than what is kept says that it is cut', async () => {
    const { refusals } = await translate(values({ text: '某'.repeat(30_000) }))
    expect(refusals.map(({ form }) => form)).toEqual(['cut'])
    expect(Buffer.byteLength(refusals[0]?.raw ?? '')).toBeGreaterThan(65_500)
    expect(Buffer.byteLength(refusals[0]?.raw ?? '')).toBeLessThanOrEqual(65_536)
  })

  it('tells each stage by what it is', async () => {
    const { refusals, faults } = await translate(values({}, { no: 'x', fault: 'map' }, { no: 'x', fault: 'admit' }, { no: 'x', fault: 'bug' }))
    expect(refusals.map(codeOf)).toEqual(['decode bad-shape', 'map unknown-value', 'admit bad-shape', 'map bad-shape'])
    expect(refusals[3]?.detail).toBe('probe failed on this message, which is our fault; report it with the message')
    expect(faults).toEqual([new TypeError('undefined is not a function')])
  })

  it('of a value that JSON cannot say is still one', async () => {
    const { refusals } = await translate(values(undefined, 10n.toString(), Symbol.iterator.description))
    expect(refusals.map(codeOf)).toEqual(['decode bad-shape', 'decode bad-shape', 'decode bad-shape'])
    expect(refusals[0]?.raw).toBe('')
  })
})

describe('what is kept of a text', () => {
  it('is masked before it is cut: half of a number is not taken for none', () => {
    const kept = plainPrivacy().text(`${'x'.repeat(65_530)} 13800138000`)
    expect(kept).not.toContain('1380')
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(65_536)
  })

  it('is cut between characters', () => {
    expect(plainPrivacy().text('某'.repeat(40_000))).toBe('某'.repeat(21_845))
  })
})

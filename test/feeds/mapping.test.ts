import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feedSchema } from '../../contract/configuration.ts'
import { dialects } from '../../server/ingest/feeds/index.ts'
import { createIntake } from '../../server/ingest/intake.ts'
import { compileMapping } from '../../server/ingest/mapping.ts'
import type { Mapping } from '../../server/ingest/mapping.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { start } from '../support/facts.ts'
import { shippedFeed, shippedRegistry } from './shipped-registry.ts'

const zone = 'Asia/Shanghai'

function compiled(text: string): Mapping {
  const mapping = compileMapping(text, zone)
  if (!mapping.ok) throw new Error(mapping.error)
  return mapping.value
}

const one = async (expression: string, message: unknown): Promise<unknown> => {
  const [fact] = await compiled(`{ "it": ${expression} }`).map(message)
  return (fact as { it?: unknown }).it
}
const refusal = (expression: string, message: unknown): Promise<unknown> =>
  compiled(expression)
    .map(message)
    .then(
      () => 'no refusal',
      (error: unknown) => error,
    )

describe('a mapping', () => {
  it('makes facts of a message that nobody here has seen before: odd names, local times, GCJ-02, figures as people write them', async () => {
    const { dialect, ...native } = shippedFeed('native')
    expect(dialect).toBe('native')
    const feed = feedSchema.parse({
      ...native,
      mapping: `{
        "kind": "work-order",
        "id": 单号,
        "at": $instant(时间),
        "stage": $choice(状态, { "新": "received", "完": "closed" }),
        "channel": "hotline-12345",
        "title": 内容,
        "place": $block($place(经度, 纬度, "gcj02"))
      }`,
    })
    const registry = { ...shippedRegistry, feeds: new Map([[feed.id, feed]]) }
    const intake = createIntake({ registry, dialects, clock: new ManualClock(start) })
    const messages = [
      { 单号: 'X-1', 时间: '2026-11-23 14:00:00', 状态: '新', 内容: '路灯不亮，联系 13800138000', 经度: '106.6', 纬度: 35.55 },
      { 单号: 'X-2', 时间: '2026-11-23 14:00:00', 状态: '废', 内容: '', 经度: '', 纬度: '' },
    ]
    const outcome = await intake.translate(feed, Buffer.from(JSON.stringify(messages)), {
      contentType: 'application/json',
      contentEncoding: undefined,
    })
    if (!outcome.ok) throw new Error(outcome.error.detail)
    const { facts, refusals, faults } = outcome.value
    expect({ facts, faults }).toEqual({
      facts: [
        {
          kind: 'work-order',
          id: 'X-1',
          at: Date.UTC(2026, 10, 23, 6),
          stage: 'received',
          channel: 'hotline-12345',
          title: '路灯不亮，联系 ***',
          place: [106.596, 35.551],
        },
      ],
      faults: [],
    })
    expect(refusals.map(({ index, stage, code, detail }) => ({ index, stage, code, detail }))).toEqual([
      { index: 1, stage: 'map', code: 'unknown-value', detail: '$choice: "废" is not one of 新, 完; add it to the mapping\'s table' },
    ])
    expect(JSON.parse(refusals[0]?.raw ?? '')).toMatchObject({ 单号: 'X-2' })
  })

  it.each([
    ['$instant(t)', { t: '2026-11-23T14:00:00+08:00' }, Date.UTC(2026, 10, 23, 6)],
    ['$instant(t)', { t: '2026/11/23 14:00' }, Date.UTC(2026, 10, 23, 6)],
    ['$instant(t)', { t: 1_763_877_600 }, 1_763_877_600_000],
    ['$instant(t)', { t: '1763877600000' }, 1_763_877_600_000],
    ['$instant(t)', {}, undefined],
    ['$place(x, y)', { x: '106.6', y: '35.5' }, [106.6, 35.5]],
    ['$place(x, y)', { x: 0, y: 0 }, undefined],
    ['$figure(v)', { v: '１，２３４．５' }, 1234.5],
    ['$figure(v)', { v: '5.2亿' }, 520_000_000],
    ['$figure(v)', { v: '98.5%' }, 98.5],
    ['$figure(v)', { v: '—' }, undefined],
    ['$choice(v, {"a": "b"}, "c")', { v: 'z' }, 'c'],
    ['$mask(v)', { v: '联系 13800138000' }, '联系 ***'],
    ['$match(v, /(\\d+)号/)[0].groups[0]', { v: '甘沟路 12号 与 30号' }, '12'],
    ['$split(v, /[,;]/)', { v: 'a,b;c' }, ['a', 'b', 'c']],
    ['$replace(v, /o+/, "0")', { v: 'foo bo' }, 'f0 b0'],
  ])('%s of %j is %j', async (expression, message, expected) => {
    expect(await one(expression, message)).toEqual(expected)
  })

  it('makes several facts, or none', async () => {
    expect(await compiled('rows.{ "id": id }').map({ rows: [{ id: 1 }, { id: 2 }] })).toEqual([{ id: 1 }, { id: 2 }])
    expect(await compiled('rows.{ "id": id }').map({})).toEqual([])
  })

  it.each([
    ['loops for ever', '($f := function($n) { $f($n + 1) }; $f(0))', /takes more than 50 ms|more than 200 deep/],
    ['recurses for ever', '($f := function($n) { 1 + $f($n + 1) }; $f(0))', /more than 200 deep|takes more than 50 ms/],
    ['answers no fact', '"just words"', /where a fact was expected/],
    ['fails', '{ "id": $substring(1, 2) }', /^mapping: .*; mend the feed's mapping/],
    ['asks for the time', '{ "at": $millis() }', /\$millis is not there/],
    ['evaluates text', '$eval("1")', /\$eval is not there/],
    ['meets a date without separators', '{ "at": $instant(202611231421) }', /is not a time/],
    ['meets an impossible date', '{ "at": $instant("2026-02-31 10:00:00") }', /is not a time/],
  ])('that %s refuses that message, in words', async (_what, expression, words) => {
    expect(await refusal(expression, { id: 1 })).toMatchObject({ name: 'MapError', detail: expect.stringMatching(words) as string })
  })

  it('goes on with the next message after one that it refused', async () => {
    const mapping = compiled('{ "id": $choice(v, { "a": 1 }) }')
    const both = await Promise.allSettled([mapping.map({ v: 'b' }), mapping.map({ v: 'a' })])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('matches a careless pattern against a text made for it: a backtracking engine would not come to an end', async () => {
    expect(await one('$contains(v, /^(a+)+$/)', { v: `${'a'.repeat(20_000)}!` })).toBe(false)
  })

  it.each([
    ['[1..1000000000]', 'ranges'],
    ['$contains(v, /a(?=b)/)', 'lookahead'],
    ['{ "a": }', '(line 1, column '],
  ])('%s is refused before it runs', (text, words) => {
    const outcome = compileMapping(text, zone)
    expect(outcome.ok ? 'compiled' : outcome.error).toContain(words)
  })

  it('never rejects with anything but a refusal, whatever it is given', async () => {
    const mapping = compiled('{ "kind": "reading", "at": $instant(t), "value": $figure(v), "place": $place(x, y) }')
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (message) => {
        const outcome = await mapping.map(message).then(
          (facts) => Array.isArray(facts),
          (error: unknown) => error instanceof Error && error.name === 'MapError',
        )
        expect(outcome).toBe(true)
      }),
    )
  })
})

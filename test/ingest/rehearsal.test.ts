import { describe, expect, it } from 'vitest'
import type { Sample } from '../../contract/bench.ts'
import { rehearse } from '../../server/ingest/rehearsal.ts'
import { start } from '../support/facts.ts'
import { plainPrivacy } from '../support/privacy.ts'
import { feed, registryWith } from '../support/registry.ts'

const registry = registryWith()
const rooms = { registry, last: () => () => undefined, now: start, privacy: plainPrivacy() }
const mapping = `{"kind": "sensor-reading", "sensor": no, "quantity": "pm25", "at": $millis(), "value": value}`
const air = feed({ id: 'air', mapping: '{"kind": "work-order", "id": no, "at": at, "stage": "received"}' })
const sample = (body: string, given: Partial<Sample> = {}): Sample => ({ body, encoding: 'text', origin: 'a.json', ...given })

describe('a rehearsal', () => {
  it('tells of each message what it was, what it would be, and what is wrong with it', async () => {
    const body = JSON.stringify([
      { no: 'A1', at: start },
      { no: 'A2', at: start + 86_400_000 },
      { no: 7, at: start, tel: '13800138000' },
    ])
    const answer = await rehearse(air, sample(body), rooms)
    expect(answer).toMatchObject({ problems: [], count: 3, factCount: 1, refusalCount: 2 })
    expect(answer.refusal).toBeUndefined()
    expect(answer.messages[0]).toEqual({
      index: 0,
      place: '[0]',
      decoded: { no: 'A1', at: start },
      facts: [{ kind: 'work-order', id: 'A1', at: start, stage: 'received' }],
      unchanged: 0,
      refusals: [],
    })
    expect(answer.messages.slice(1).map(({ refusals }) => refusals.map(({ stage, code }) => `${stage} ${code}`))).toEqual([
      ['admit from-the-future'],
      ['admit bad-shape'],
    ])
    expect(answer.messages[2]?.decoded).toEqual({ no: 7, at: start, tel: '***' })
  })

  it('judges messages one after the other, as they would come, by what is recorded', async () => {
    const rules = feed({ id: 'air', mapping: mapping.replace('$millis()', 'at') })
    const admission = { ...rules.admission, deadBands: { pm25: { change: 5, atLeastEverySeconds: 3_600 } } }
    const body = JSON.stringify([30, 31, 40].map((value, index) => ({ no: 'S1', at: start + index, value })))
    const last = () => () => ({ at: start - 1, value: 29 })
    const answer = await rehearse({ ...rules, admission }, sample(body), { ...rooms, last })
    expect(answer.messages.map(({ facts, unchanged }) => [facts.length, unchanged])).toEqual([
      [0, 1],
      [0, 1],
      [1, 0],
    ])
  })

  it('tells of at most 200 messages, and counts them all', async () => {
    const body = JSON.stringify(Array.from({ length: 1_000 }, (_, index) => ({ no: String(index), at: start })))
    const answer = await rehearse(air, sample(body), rooms)
    expect(answer.messages).toHaveLength(200)
    expect(answer).toMatchObject({ count: 1_000, factCount: 1_000, refusalCount: 0 })
  })

  it('without a sample finds the mistakes of the feed alone', async () => {
    expect(await rehearse(air, undefined, rooms)).toEqual({ problems: [], messages: [], count: 0, factCount: 0, refusalCount: 0 })
    const { problems } = await rehearse(feed({ id: 'air', mapping: '{"a": $nothing(', codec: 'klingon' }), sample('[]'), rooms)
    expect(problems.map(({ path }) => path)).toEqual(['codec', 'mapping'])
  })

  it('tells why a sample is none', async () => {
    expect((await rehearse(air, sample('{'), rooms)).refusal).toMatchObject({ stage: 'decode', code: 'bad-syntax' })
  })

  it('takes rows of a table as JSON, one or many', async () => {
    const table = feed({ ...air, source: 'postgres://reader@db.example/city', transport: { mode: 'full', table: 'orders', key: 'no' } })
    const row = { no: 'A1', at: start }
    for (const body of [JSON.stringify(row), JSON.stringify([row])]) {
      const answer = await rehearse(table, sample(body), rooms)
      expect(answer.problems).toEqual([])
      expect(answer).toMatchObject({ count: 1, factCount: 1 })
    }
    expect((await rehearse(table, sample('no;at'), rooms)).refusal?.detail).toMatch(/^sample: .*; write one row, or an array of rows, as JSON$/)
  })

  it('takes bytes in base64 and in hexadecimal as people paste them', async () => {
    const body = JSON.stringify({ no: 'A1', at: start })
    const base64 = await rehearse(air, sample(Buffer.from(body).toString('base64'), { encoding: 'base64' }), rooms)
    expect(base64.factCount).toBe(1)
    const spaced = Buffer.from(body)
      .toString('hex')
      .replaceAll(/(..)/g, '$1 ')
      .replaceAll(/(.{48})/g, '$1\n')
    expect((await rehearse(air, sample(spaced, { encoding: 'hex' }), rooms)).factCount).toBe(1)
  })

  it('of a large sample lets the rest of the server go on', async () => {
    const body = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => ({ no: String(index), at: start })))
    let turns = 0
    let end = setImmediate(() => undefined)
    const count = (): void => {
      turns += 1
      end = setImmediate(count)
    }
    count()
    await rehearse(air, sample(body), rooms)
    clearImmediate(end)
    expect(turns).toBeGreaterThan(30)
  })
})

import { expect, it } from 'vitest'
import { createLog } from '../../server/log.ts'
import { ManualClock } from '../support/manual-clock.ts'

const stamp = '2026-11-23T06:30:00.000Z'
const later = '2026-11-23T06:31:00.000Z'

function written(): { readonly lines: string[]; readonly clock: ManualClock; readonly log: ReturnType<typeof createLog> } {
  const clock = new ManualClock()
  const lines: string[] = []
  return { lines, clock, log: createLog(clock, (_level, line) => lines.push(line)) }
}

it('writes a message at once, and how often it came again when the minute is over', () => {
  const { lines, clock, log } = written()
  for (let times = 0; times < 5; times += 1) log('warn', 'it rains', { where: 'here', error: new Error('wet') })
  expect(lines.splice(0)).toEqual([`${stamp} warn it rains where="here" error="wet"`])
  clock.advance(60_000)
  expect(lines.splice(0)).toEqual([`${later} warn it rains repeated=4 within="1 min"`])
  log('warn', 'it rains')
  expect(lines).toHaveLength(1)
})

it('names each feed that has a trouble, and not only the first', () => {
  const { lines, clock, log } = written()
  for (const feed of ['air', 'river', 'air']) log('warn', 'a feed lost its upstream', { feed, reason: 'refused' })
  expect(lines.splice(0)).toEqual([
    `${stamp} warn a feed lost its upstream feed="air" reason="refused"`,
    `${stamp} warn a feed lost its upstream feed="river" reason="refused"`,
  ])
  clock.advance(60_000)
  expect(lines).toEqual([`${later} warn a feed lost its upstream feed="air" repeated=1 within="1 min"`])
})

it('writes each new mistake of a file that is being mended, and no other of it twice', () => {
  const { lines, clock, log } = written()
  for (const problems of ['line 3: zone', 'line 3: zone', 'line 9: codec']) log('warn', 'a feed file has mistakes', { file: 'air.yaml', problems })
  expect(lines.splice(0)).toEqual([
    `${stamp} warn a feed file has mistakes file="air.yaml" problems="line 3: zone"`,
    `${stamp} warn a feed file has mistakes file="air.yaml" problems="line 9: codec"`,
  ])
  clock.advance(60_000)
  expect(lines).toEqual([`${later} warn a feed file has mistakes file="air.yaml" repeated=1 within="1 min"`])
})

it('cuts what is long', () => {
  const { lines, log } = written()
  log('error', 'x', { text: 'y'.repeat(1_000) })
  expect(lines[0]).toBe(`${stamp} error x text="${'y'.repeat(300)}…"`)
})

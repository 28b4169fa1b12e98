import { describe, expect, it } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import type { ReportFact, ReportState } from '../../contract/report.ts'
import { dayMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, tick } from '../support/facts.ts'
import { draft, registry } from '../report/fixture.ts'

const report = (given: Partial<ReportFact> = {}): ReportFact => ({
  kind: 'report',
  district: '620802',
  month: '2026-11',
  at: start,
  by: '值班员甲',
  command: 'command-1',
  state: 'drafted',
  cutOffAt: start - 1,
  ...given,
})

function fold(...facts: readonly Fact[]): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}
// the topic `reports` holds nothing but ReportState
const states = (world: World, district = '620802') => world.read([`reports@${district}`])[`reports@${district}`] as readonly ReportState[]

describe('given a report in the log', () => {
  it('when it is edited or issued before it was drafted, then nothing happened', () => {
    const world = fold(report({ state: 'edited', texts: { overall: 'x' } }), report({ state: 'issued', command: 'command-2' }))
    expect(world.report('620802', '2026-11')).toBeUndefined()
    expect(states(world)).toMatchObject([{ month: '2026-11', state: 'due', version: 0 }])
  })

  it('when a command is there twice, then it is done once', () => {
    const edit = report({ state: 'edited', command: 'command-2', texts: { overall: 'x' } })
    const world = fold(report(), report(), edit, { ...edit, at: start + 1, by: '值班员乙' })
    expect(world.report('620802', '2026-11')).toMatchObject({ version: 2, texts: { overall: { text: 'x', by: '值班员甲', at: start } } })
  })

  it('when it was issued, then nothing changes it, and its document is found by its entry', () => {
    const issued = report({ state: 'issued', command: 'command-2', document: draft() })
    const world = fold(
      report(),
      issued,
      report({ command: 'command-3', cutOffAt: start }),
      report({ state: 'edited', command: 'command-4', texts: { overall: 'x' } }),
    )
    expect(world.report('620802', '2026-11')).toMatchObject({ state: 'issued', version: 2, issuedSeq: 2, cutOffAt: start - 1, texts: {} })
  })

  it('when much is changed, then the latest twenty changes are told', () => {
    const edits = Array.from({ length: 30 }, (_, index) =>
      report({ state: 'edited', command: `edit-${String(index)}`, texts: { overall: String(index) } }),
    )
    const [state] = states(fold(report(), ...edits))
    expect([state?.version, state?.changes.length, state?.changes[0]]).toEqual([
      31,
      20,
      { version: 31, at: start, by: '值班员甲', command: 'edit-29', state: 'edited', sections: ['overall'] },
    ])
  })

  it('when its texts are told to a screen, then not at all: they travel over HTTP, to the desk', () => {
    expect(JSON.stringify(states(fold(report(), report({ state: 'edited', command: 'command-2', texts: { overall: '秘而不宣' } }))))).not.toContain(
      '秘而不宣',
    )
  })
})

describe('given months that pass', () => {
  it('when a month begins, then its report is due, and one that was never drafted is told no more', () => {
    const december = Date.parse('2026-12-01T00:00:00+08:00')
    expect(states(fold(tick(start), tick(december))).map(({ id, state }) => [id, state])).toEqual([['620802-2026-12', 'due']])
    expect(states(fold(tick(start), report(), tick(december))).map(({ id, state }) => [id, state])).toEqual([
      ['620802-2026-11', 'drafted'],
      ['620802-2026-12', 'due'],
    ])
  })

  it('when three years have passed, then it is forgotten', () => {
    const world = fold(report(), tick(start + 3 * 366 * dayMs))
    expect(world.report('620802', '2026-11')).toBeUndefined()
    expect(states(world)).toHaveLength(1)
  })

  it('when a district gives none, then none is due', () => {
    expect(states(fold(tick(start)), 'la')).toEqual([])
  })
})

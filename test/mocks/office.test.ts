import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import { dayMs } from '../../contract/time.ts'
import { sessionsIn } from '../../mock-streams/office/kept-sessions.ts'
import { runOffice } from '../../mock-streams/office/office.ts'
import { screenConfiguration } from '../../server/configuration/screen-configuration.ts'
import type { Registry } from '../../server/core/registry.ts'
import { openDistrict } from '../entry/district.ts'
import { shippedRegistry } from '../feeds/shipped-registry.ts'
import { House } from '../http/house.ts'
import { start } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { enteredFacts } from './entered.ts'
import { groupBy } from './year.ts'

const seed = 620_802
const [clerk, approver] = ['演示填报员', '演示审核员']
const endOfOctober = Date.parse('2026-10-31T23:59:59+08:00')

/** The centre as it is shipped: real routes, desk, log and folds. */
async function centre(registry: Registry = shippedRegistry) {
  const clock = new ManualClock()
  const opened = await openDistrict(registry, clock)
  const { world, log, desk, note, enter } = opened
  const configuration = screenConfiguration(registry, 'test')
  const house = await new House({ clock, world, entryDesk: desk, configuration, record: (facts) => note(...facts), recordEntered: enter }).open()
  onTestFinished(() => house.close())
  const said: string[] = []
  const folder = mkdtempSync(join(tmpdir(), 'yiping-office-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const sessionFile = join(folder, 'secrets/mock-office.json')
  let links = 0
  const linkOf = (name: string): string => {
    const ticket = `ticket-${String((links += 1))}`
    house.tickets.set(ticket, { role: 'desk', name, unit: undefined })
    return `${house.origin}/sign-in?ticket=${ticket}`
  }
  /** Both sign in anew and look in, and once more after so many days each. @returns how long they waited between, in ms */
  const work = async (links: readonly [string, string], ...days: readonly number[]): Promise<readonly number[]> => {
    const ending = new AbortController()
    const left = [...days]
    const pauses: number[] = []
    const wait = (ms: number): Promise<void> => {
      pauses.push(ms)
      const next = left.shift()
      if (next === undefined) ending.abort()
      else clock.advance(next * dayMs)
      return Promise.resolve()
    }
    await runOffice({ links, sessions: sessionsIn(sessionFile, 2), seed, wait, signal: ending.signal, say: (text) => said.push(text) })
    return pauses
  }
  return {
    ...opened,
    said,
    sessionFile,
    linkOf,
    work,
    people: () => [linkOf(clerk), linkOf(approver)] as const,
    /** what stands in the log under the feed `manual` */
    entered: (): readonly Fact[] =>
      [...log.entries({ after: 0 })].flatMap(({ feed, fact }) => (feed === 'manual' && fact.kind === 'input' ? [fact] : [])),
  }
}

const withoutKey = (facts: readonly Fact[]): readonly string[] =>
  facts.map((fact) => JSON.stringify({ ...fact, key: undefined }, Object.keys(fact).sort())).sort()

describe('the office of the simulated city', () => {
  it('enters the year’s ledger at the desk, each figure once: one proposes, another approves', async () => {
    const { said, work, people, entered, entries, desk } = await centre()
    await work(people())
    expect(withoutKey(entered())).toEqual(withoutKey(enteredFacts(seed, start)))
    // December, and ten months of this year
    expect(entries().map(({ state, proposedBy, decidedBy, note }) => [state, proposedBy, decidedBy, note])).toEqual(
      Array.from({ length: 11 }, () => ['approved', clerk, approver, '演示数据']),
    )
    expect(said).toEqual([`entries: ${String(entered().length)} figures filled in and approved`])
    const open = desk.sheet('620802', '2026-10').rows.filter(({ state }) => state !== 'done')
    // what is left for whoever looks at the demonstration
    expect(open.map(({ indicator, state }) => [indicator, state])).toEqual([
      ['application_usability', 'due'],
      ['service_convenience', 'due'],
    ])
  })

  it('leaves them on the wall under the name of manual entry, each as old as its month', async () => {
    const { work, people, world } = await centre()
    await work(people())
    const made = (id: string) => world.find('indicators@620802', id)
    const ofOctober = { observedAt: endOfOctober, feed: 'manual', missing: undefined }
    expect(made('search_precision')).toMatchObject(ofOctober)
    expect(made('accessibility_service')).toMatchObject({ ...ofOctober, ageing: { input: 'accessibility_passed', since: endOfOctober } })
    expect(made('hotline_12345_kb_accuracy')).toMatchObject({ ...ofOctober, denominator: 20 * 20 * 10 })
  })

  it('tells of websites that are made fit one after the other, from what the year began with', () => {
    const fit = enteredFacts(seed, start).filter(({ input }) => input === 'sites_retrofitted')
    const monthly = [...groupBy(fit, ({ at }) => at)].map(([, facts]) => facts.reduce((sum, { value }) => sum + value, 0))
    expect(monthly).toEqual(monthly.toSorted((one, other) => one - other))
    expect([monthly[0], monthly.at(-1)]).toEqual([4, 6])
  })

  it('enters nothing twice, after a restart neither, and the next month once it is over', async () => {
    const { work, people, entered } = await centre()
    await work(people(), 1)
    const before = entered().length
    await work(people())
    expect(entered()).toHaveLength(before)
    // 1 December
    await work(people(), 7)
    expect(withoutKey(entered())).toEqual(withoutKey(enteredFacts(seed, start + 8 * dayMs)))
    expect(entered().length).toBeGreaterThan(before)
  })

  it('approves what its clerk had proposed before a restart, and nothing that other people have', async () => {
    const { work, people, note, entries } = await centre()
    const proposed = (id: string, by: string, indicator: string): Fact => {
      const figures = [{ indicator, at: endOfOctober, value: 80 }]
      return { kind: 'entry', district: '620802', id, at: start, state: 'proposed', by, figures }
    }
    await note(proposed('mine', clerk, 'application_usability'), proposed('hers', '值班员甲', 'service_convenience'))
    await work(people())
    const states = new Map(entries().map(({ id, state }) => [id, state]))
    expect([states.get('mine'), states.get('hers')]).toEqual(['approved', 'proposed'])
  })

  it('says once why it waits, and looks in again soon', async () => {
    const { work, people, said } = await centre({ ...shippedRegistry, feeds: new Map() })
    expect(await work(people(), 1)).toEqual([60_000, 60_000])
    expect(said).toEqual([expect.stringMatching(/^entries: waiting, \/api\/entries\/sheet answered 404: .*config\/feeds\/manual.yaml/)])
  })

  it('goes on in its sessions after a restart with the same links, and keeps them where only their owner reads', async () => {
    const { work, people, said, entered, sessionFile } = await centre()
    const links = people()
    await work(links)
    const before = entered().length
    // 1 December
    await work(links, 8)
    expect(said).toEqual([expect.stringContaining('filled in and approved'), expect.stringContaining('filled in and approved')])
    expect(entered().length).toBeGreaterThan(before)
    expect(statSync(sessionFile).mode & 0o077).toBe(0)
  })

  it('does nothing with links that were used before, once their sessions are gone', async () => {
    const { work, people, said, entered, sessionFile } = await centre()
    const links = people()
    await work(links)
    const before = entered().length
    await sessionsIn(sessionFile, 2).keep(links[0], 'yiping_session=ended')
    await work(links)
    expect(said.at(-1)).toMatch(/^entries: nobody fills in, a sign-in link works once/)
    expect(entered()).toHaveLength(before)
  })
})

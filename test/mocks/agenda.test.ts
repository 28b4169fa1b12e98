import { describe, expect, it } from 'vitest'
import { Agenda } from '../../mock-streams/agenda.ts'
import type { Rhythm } from '../../mock-streams/agenda.ts'
import { dayNumberOf, hourMs, minuteMs } from '../../mock-streams/calendar.ts'
import type { ScenarioName } from '../../mock-streams/city/scenario.ts'
import { portsFrom } from '../../mock-streams/ports.ts'
import type { Surroundings } from '../../mock-streams/upstream.ts'
import { start } from '../support/facts.ts'

/** Surroundings in which waiting takes no time but moves the clock. */
function surroundingsAt(now: number, scenario: ScenarioName = 'normal'): Surroundings & { at: number } {
  const surroundings = {
    at: now,
    city: { seed: 1, scenario, scenarioDay: dayNumberOf(now), speed: 1 },
    ports: portsFrom(1),
    dataDirectory: '',
    now: () => surroundings.at,
    wait: (ms: number) => {
      surroundings.at += ms
      return Promise.resolve()
    },
    signal: new AbortController().signal,
    say: () => undefined,
  }
  return surroundings
}

async function first(count: number, rhythm: Rhythm, surroundings: Surroundings): Promise<readonly (number | undefined)[]> {
  const agenda = new Agenda(rhythm, surroundings)
  const instants: (number | undefined)[] = []
  for (let index = 0; index < count; index += 1) {
    const at = await agenda.due()
    instants.push(at === undefined ? undefined : (at - start) / minuteMs)
    agenda.done()
  }
  return instants
}

describe('an agenda', () => {
  it('tells the past in quarters of an hour, but the latest quarter and what comes as it is', async () => {
    expect(await first(7, { everyMs: 5 * minuteMs, backfillMs: hourMs }, surroundingsAt(start + minuteMs))).toEqual([-45, -30, -15, -10, -5, 0, 5])
  })

  it('without a past begins with what comes next, moved by its phase', async () => {
    expect(await first(2, { everyMs: 5 * minuteMs, phaseMs: 2 * minuteMs }, surroundingsAt(start))).toEqual([2, 7])
  })

  it('keeps an instant due until it is done, and can leave out what is past', async () => {
    const surroundings = surroundingsAt(start)
    const agenda = new Agenda({ everyMs: minuteMs }, surroundings)
    const asked = [await agenda.due(), await agenda.due()]
    surroundings.at += 10 * minuteMs
    agenda.skipPast()
    expect([...asked, await agenda.due()]).toEqual([start + minuteMs, start + minuteMs, start + 12 * minuteMs])
  })

  it('in an outage holds its tongue from :20 to :30, and tells afterwards what happened meanwhile', async () => {
    const surroundings = surroundingsAt(start - 11 * minuteMs, 'outage')
    const agenda = new Agenda({ everyMs: 5 * minuteMs, isSilenced: true }, surroundings)
    // start is at half past
    expect(await agenda.due()).toBe(start - 10 * minuteMs)
    expect(surroundings.at).toBe(start)
  })

  it('ends with its signal', async () => {
    expect(await first(1, { everyMs: minuteMs }, { ...surroundingsAt(start), signal: AbortSignal.abort() })).toEqual([undefined])
  })
})

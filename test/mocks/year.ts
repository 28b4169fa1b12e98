import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { calendarSchema } from '../../contract/configuration.ts'
import type { Fact } from '../../contract/fact.ts'
import { topicName } from '../../contract/topic.ts'
import type { IndicatorState } from '../../contract/topic.ts'
import { dayMs, dayNumberOf } from '../../mock-streams/calendar.ts'
import type { City } from '../../mock-streams/city/scenario.ts'
import { hotlinePlatform } from '../../mock-streams/hotline/platform.ts'
import { indicatorPlatform } from '../../mock-streams/indicators/platform.ts'
import type { Platform } from '../../mock-streams/platform.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import { World } from '../../server/core/world.ts'
import { outcomesOf, shippedRegistry } from '../feeds/shipped-registry.ts'
import { entriesOf } from '../support/facts.ts'
import { enteredFacts } from './entered.ts'

/** What both platforms tell at their first start, through dialects and admission, what is entered by hand, and the world that is folded from it. */

export const cityAt = (now: number): City => ({ seed: 620_802, scenario: 'normal', scenarioDay: dayNumberOf(now), speed: 1 })

/** Everything that a platform says at a start at `now`, asked for as a courier asks. */
export function past(platform: Platform, now: number): readonly object[] {
  const messages: object[] = []
  for (let from = platform.backfillFrom(now); from < now; from += dayMs / 4)
    messages.push(...platform.messagesBetween(from, Math.min(now, from + dayMs / 4)))
  return messages
}

/** @throws when a message is refused */
export async function factsOf(platform: Platform, now: number): Promise<readonly Fact[]> {
  const outcomes = await outcomesOf(platform.feed, past(platform, now), now)
  const [refused] = outcomes.flatMap((outcome) => outcome.refused)
  if (refused !== undefined) throw new Error(`${platform.feed}: ${refused.detail}`)
  return outcomes.flatMap(({ facts }) => facts)
}

export async function platformsAndOffice(now: number): Promise<readonly Fact[]> {
  const city = cityAt(now)
  return [...(await factsOf(indicatorPlatform(city), now)), ...(await factsOf(hotlinePlatform(city), now)), ...enteredFacts(city.seed, now)]
}

const calendar = createWorkCalendar(
  ['2025', '2026'].map((year) => calendarSchema.parse(parse(readFileSync(new URL(`../../config/calendar/${year}.yaml`, import.meta.url), 'utf8')))),
)

export function worldOf(facts: readonly Fact[], now: number): World {
  const world = new World({ ...shippedRegistry, calendar })
  for (const entry of entriesOf([...[...facts].sort((one, other) => one.at - other.at), { kind: 'tick', at: now }])) world.apply(entry)
  return world
}

export function indicatorsOf(world: World): ReadonlyMap<string, IndicatorState> {
  const topic = topicName('indicators', '620802')
  // what the topic of this name holds
  return new Map((world.read([topic])[topic] as readonly IndicatorState[]).map((state) => [state.id, state]))
}

export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

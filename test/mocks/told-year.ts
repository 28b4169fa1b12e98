import { join } from 'node:path'
import type { Configuration } from '../../contract/configuration.ts'
import type { UnitFigure } from '../../contract/drill.ts'
import type { Fact } from '../../contract/fact.ts'
import { topicName } from '../../contract/topic.ts'
import type { Entity, TopicKind, TopicName } from '../../contract/topic.ts'
import { dayMs, dayNumberOf, hourMs, timeText } from '../../mock-streams/calendar.ts'
import type { City } from '../../mock-streams/city/scenario.ts'
import { hotlinePlatform } from '../../mock-streams/hotline/platform.ts'
import { indicatorPlatform } from '../../mock-streams/indicators/platform.ts'
import type { Platform } from '../../mock-streams/platform.ts'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { screenConfiguration } from '../../server/configuration/screen-configuration.ts'
import { createAdmission } from '../../server/core/admission.ts'
import { feedFactsFor } from '../../server/core/feed-registration.ts'
import type { Registry } from '../../server/core/registry.ts'
import { World } from '../../server/core/world.ts'
import { dialects } from '../../server/ingest/feeds/index.ts'
import { Translator } from '../../server/ingest/translator.ts'
import { plainPrivacy } from '../support/privacy.ts'
import { enteredFacts } from './entered.ts'
import type { Told } from './recomputed/told.ts'

/** A year as both platforms and the office tell it, received as the year goes, and what a screen is told at instants of it. */

export const districtId = '620802'

/** Received together every three hours. */
const stepMs = 3 * hourMs

/** A month's figures are entered and approved so long after its end. */
const officeDays = 5

const cityAt = (now: number, speed = 1): City => ({ seed: 620_802, scenario: 'normal', scenarioDay: dayNumberOf(now), speed })

interface Message {
  readonly receivedAt: number
  readonly feed: string
  readonly value: object
}

/** What a platform has said by `now`. Every 40th event of an order reaches us two days late, and every 60th a second time. */
function said(platform: Platform, now: number, startedAt = now): readonly Message[] {
  const messages: Message[] = []
  for (let from = platform.backfillFrom(startedAt); from < now; from += stepMs) {
    const receivedAt = Math.min(now, from + stepMs)
    for (const value of platform.messagesBetween(from, receivedAt)) messages.push({ receivedAt, feed: platform.feed, value })
  }
  if (platform.feed !== 'hotline') return messages
  return messages.map(dawdled).flatMap((message, index) => {
    const late = { ...message, receivedAt: message.receivedAt + 2 * dayMs }
    return index % 40 === 0 ? [late] : index % 60 === 1 ? [message, late] : [message]
  })
}

/**
 * Beside the hotline the simulated city is hardly ever late, and a rate of 100 % proves little: a third of these orders are handled one to five days
 * later than they were, across weekends and holidays; half of those are dispatched that much later too.
 */
function dawdled(message: Message): Message {
  const { value } = message
  if (!('orderNo' in value && 'eventType' in value && 'eventTime' in value && 'sourceCode' in value)) return message
  const number = Number(String(value.orderNo).replaceAll(/\D/g, ''))
  const isOnTheWay = value.eventType === 'ACCEPT' || (value.eventType === 'DISPATCH' && number % 2 > 0)
  if (value.sourceCode === '12345' || number % 3 > 0 || isOnTheWay) return message
  const laterMs = (1 + (number % 5)) * dayMs
  const eventTime = timeText(Date.parse(`${String(value.eventTime).replace(' ', 'T')}+08:00`) + laterMs)
  return { ...message, receivedAt: message.receivedAt + laterMs, value: { ...value, eventTime } }
}

/**
 * A start of the hotline tells five weeks of calls, and of the other channels the year. It starts anew for each instant, so that each has calls
 * before it, fewer than in truth: all of them would take minutes. The other channels are told by one that has its five weeks still to come.
 */
function saidInTheYear(instants: readonly number[]): readonly Message[] {
  const now = Math.max(...instants)
  const isCall = ({ value }: Message): boolean => 'sourceCode' in value && value.sourceCode === '12345'
  const calls = instants.flatMap((instant) => said(hotlinePlatform(cityAt(instant, 0.4)), instant)).filter(isCall)
  const others = said(hotlinePlatform(cityAt(now)), now, now + 36 * dayMs)
  const { seed } = cityAt(now)
  const entered = enteredFacts(seed, now).map((fact) => ({ receivedAt: fact.at + officeDays * dayMs, feed: 'manual', value: fact }))
  return [...said(indicatorPlatform(cityAt(now)), now), ...calls, ...others, ...entered]
}

/** Through the feed's own dialect and admission. @throws when anything is refused */
async function toldOf(messages: readonly Message[], registry: Registry): Promise<readonly Told[]> {
  const told: Told[] = []
  for (const feed of ['indicators', 'hotline', 'manual']) {
    const definition = registry.feeds.get(feed)
    const meaning = dialects.find(({ name }) => name === definition?.dialect)
    if (definition === undefined || meaning === undefined) throw new Error(`config/feeds has no feed ${feed} with a dialect`)
    const admission = createAdmission({ feed: definition, registry, last: () => undefined })
    for (const [receivedAt, values] of byReceipt(messages.filter((message) => message.feed === feed))) {
      const session = admission.session(receivedAt)
      const translator = new Translator({
        feed: { definition, meaning },
        registry,
        session,
        origin: '',
        receivedAt,
        privacy: plainPrivacy(),
      })
      await translator.take(values.map((value) => ({ value })))
      const [refused] = translator.refusals
      if (refused !== undefined) throw new Error(`${feed}: ${refused.detail}`)
      session.commit()
      told.push(...translator.facts.map((fact) => ({ receivedAt, feed, fact })))
    }
  }
  return told.sort((one, other) => one.receivedAt - other.receivedAt)
}

function byReceipt(messages: readonly Message[]): ReadonlyMap<number, readonly object[]> {
  const values = new Map<number, object[]>()
  for (const { receivedAt, value } of [...messages].sort((one, other) => one.receivedAt - other.receivedAt)) {
    const known = values.get(receivedAt)
    if (known === undefined) values.set(receivedAt, [value])
    else known.push(value)
  }
  return values
}

/** What a screen is told at an instant. */
export interface Seen {
  readonly now: number
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
  /** behind each indicator */
  readonly units: ReadonlyMap<string, readonly UnitFigure[]>
}

export interface ToldYear {
  readonly configuration: Configuration
  /** every fact, in the order of receipt */
  readonly told: readonly Told[]
  readonly seen: readonly Seen[]
}

const kinds: readonly TopicKind[] = ['indicators', 'inputs', 'channels', 'rankings', 'units', 'feeds']

/** @param besides rows that the indicator platform sends besides */
export async function tellYear(
  instants: readonly number[],
  besides: readonly { readonly receivedAt: number; readonly rows: readonly object[] }[],
): Promise<ToldYear> {
  const loaded = loadConfiguration(join(import.meta.dirname, '../../config'))
  if (!loaded.ok) throw new Error(loaded.error.map(({ file, path, problem }) => `${file} ${path}: ${problem}`).join('\n'))
  const registry = loaded.value
  const batches = besides.map(({ receivedAt, rows }, index) => ({ receivedAt, feed: 'indicators', value: { batchNo: `ZB-${String(index)}`, rows } }))
  const told = await toldOf([...saidInTheYear(instants), ...batches], registry)
  return { configuration: screenConfiguration(registry, 'b'), told, seen: see(registry, told, instants) }
}

/** One world, folded once, and looked at on the way. */
function see(registry: Registry, told: readonly Told[], instants: readonly number[]): readonly Seen[] {
  const world = new World(registry)
  const apply = (fact: Fact, feed: string, at: number): void => {
    world.apply({ seq: world.seq + 1, at, feed, fact })
  }
  const begin = told[0]?.receivedAt ?? 0
  for (const fact of feedFactsFor(registry, new Map(), begin)) apply(fact, 'system', begin)
  let next = 0
  return instants.map((now) => {
    for (let one = told[next]; one !== undefined && one.receivedAt <= now; one = told[(next += 1)]) apply(one.fact, one.feed, one.receivedAt)
    apply({ kind: 'tick', at: now }, 'system', now)
    const units = new Map([...registry.indicators.keys()].map((id) => [id, world.indicatorUnits(districtId, id)]))
    return { now, topics: world.read(kinds.map((kind) => topicName(kind, districtId))), units }
  })
}

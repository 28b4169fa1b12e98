import { dayMs, dayNumberOf, dayText, endOfWorkday, hourMs, isWorkday, localHour, monthOf, startOfDayNumber, weekdayOf } from '../calendar.ts'
import { between, dice, pick, pickWeighted } from '../chance.ts'
import type { City } from '../city/scenario.ts'
import { isFestive, isFlooded, isStorm } from '../city/scenario.ts'
import type { Town } from '../city/towns.ts'
import { isRural, towns } from '../city/towns.ts'
import type { Channel, RareChannel, Sort } from './channels.ts'
import { hotline, rareChannels } from './channels.ts'
import type { OrderEvent } from './life.ts'
import { lifeOf, longestLifeDays } from './life.ts'
import type { Caller } from './people.ts'
import { someone } from './people.ts'
import type { Topic } from './topics.ts'

/** One order of the simulated city with its whole life, the part to come included. */
export interface Order {
  readonly no: string
  readonly channel: Channel
  readonly topic: Topic
  /** what the platform sorts it as */
  readonly kind: string
  readonly town: Town
  readonly street: string
  readonly caller: Caller
  /** [longitude, latitude], WGS-84; undefined where the platform knows none */
  readonly place: readonly [number, number] | undefined
  readonly acceptedAt: number
  readonly limitAt: number
  /** in the order they happen */
  readonly events: readonly OrderEvent[]
}

/** Calls by hour of the day: the morning's rush, lunch, the quiet of the night. */
const workdayRhythm = [2, 1, 1, 1, 1, 2, 4, 10, 22, 26, 24, 18, 9, 10, 20, 23, 21, 17, 11, 9, 8, 7, 5, 3]
const freeDayRhythm = [3, 2, 1, 1, 1, 2, 3, 6, 10, 13, 14, 13, 11, 10, 11, 12, 12, 12, 11, 11, 10, 9, 7, 4]

/** Calls to 12345 on a local day, in the order of their receipt. */
export function callsOfDay(city: City, day: number): readonly Order[] {
  const roll = dice(city.seed, 'day', day)
  const receipts = [...usualReceipts(city, day, roll), ...stormReceipts(city, day)].sort((a, b) => a - b)
  return receipts.map((acceptedAt, index) => orderOf(city, hotline, index, acceptedAt))
}

/** Messages of the other five channels on a local day, channel by channel. */
export const messagesOfDay = (city: City, day: number): readonly Order[] =>
  rareChannels.flatMap((channel) =>
    rareReceipts(city, channel, day)
      .sort((a, b) => a - b)
      .map((acceptedAt, index) => orderOf(city, channel, index, acceptedAt)),
  )

/** Orders received on a local day, in the order of their receipt. */
export const ordersOfDay = (city: City, day: number): readonly Order[] =>
  [...callsOfDay(city, day), ...messagesOfDay(city, day)].sort((a, b) => a.acceptedAt - b.acceptedAt)

/** They are written by day, and more of them on working days. */
function rareReceipts(city: City, { code, perWeek }: RareChannel, day: number): number[] {
  const roll = dice(city.seed, 'rare', code, day)
  const perDay = (perWeek / 7) * (isWorkday(day) ? 1.3 : 0.3) * city.speed
  return Array.from({ length: Math.floor(perDay + roll()) }, () => startOfDayNumber(day) + Math.floor(between(8, 21, roll) * 3_600) * 1_000)
}

function usualReceipts(city: City, day: number, roll: () => number): readonly number[] {
  const rhythm = isWorkday(day) && !isFestive(city, day) ? workdayRhythm : freeDayRhythm
  const count = Math.round(between(187, 230, roll) * busynessOf(city, day) * city.speed)
  const hours = rhythm.map((weight, hour) => ({ weight, hour }))
  return Array.from({ length: count }, () => {
    const { hour } = pickWeighted(hours, ({ weight }) => weight, roll)
    return startOfDayNumber(day) + hour * hourMs + Math.floor(roll() * 3_600) * 1_000
  })
}

function busynessOf(city: City, day: number): number {
  if (isFestive(city, day)) return 0.4
  if (!isWorkday(day)) return 0.55
  return weekdayOf(day) === 1 ? 1.06 : 0.98
}

/** A storm brings as many calls again in an afternoon as come in an ordinary day. */
function stormReceipts(city: City, day: number): readonly number[] {
  if (city.scenario !== 'storm' || day !== city.scenarioDay) return []
  const roll = dice(city.seed, 'storm', day)
  return Array.from({ length: Math.round(220 * city.speed) }, () => startOfDayNumber(day) + 13 * hourMs + Math.floor(roll() * 7 * 3_600) * 1_000)
}

function orderOf(city: City, channel: Channel, index: number, acceptedAt: number): Order {
  const day = dayNumberOf(acceptedAt)
  const roll = dice(city.seed, 'order', channel.code, day, index)
  const stormy = channel === hotline && isStorm(city, acceptedAt)
  const town = pickWeighted(towns, ({ weight, code }) => (stormy && isFlooded(code) ? weight * 3 : weight), roll)
  const topic = pickWeighted(channel.topics, (each) => topicWeight(city, each, town, acceptedAt), roll)
  const { word, workdays } = sortOf(channel, topic, roll)
  const order = {
    no: `${channel.prefix}${dayText(day).replaceAll('-', '')}${String(index + 1).padStart(6, '0')}`,
    channel,
    topic,
    kind: word,
    town,
    street: pick(town.streets, roll),
    caller: someone(roll),
    place: placeIn(town, roll),
    acceptedAt,
    limitAt: endOfWorkday(acceptedAt, workdays),
  }
  return { ...order, events: lifeOf(order, roll) }
}

function sortOf({ sorts, limits }: Channel, { kind }: Topic, roll: () => number): Pick<Sort, 'word' | 'workdays'> {
  return sorts.length > 0 ? pickWeighted(sorts, ({ weight }) => weight, roll) : { word: kind, workdays: limits[kind] ?? 1 }
}

function topicWeight(city: City, topic: Topic, town: Town, at: number): number {
  const day = dayNumberOf(at)
  const hour = localHour(at)
  const factors: readonly (readonly [applies: boolean | undefined, times: number | undefined])[] = [
    [topic.season?.months.includes(monthOf(day)), topic.season?.times],
    [isRural(town), topic.rural],
    [hour >= 21 || hour < 6, topic.night],
    [isFestive(city, day), topic.festive],
    [isStorm(city, at) && isFlooded(town.code), topic.storm],
  ]
  return factors.reduce((weight, [applies, times]) => (applies === true ? weight * (times ?? 1) : weight), topic.weight)
}

/** Near the town's centre, denser towards it; one in twelve calls comes without a place. */
function placeIn(town: Town, roll: () => number): readonly [number, number] | undefined {
  const distance = town.spread * roll()
  const angle = roll() * 2 * Math.PI
  if (roll() < 1 / 12) return undefined
  return [town.centre[0] + distance * Math.cos(angle), town.centre[1] + 0.8 * distance * Math.sin(angle)]
}

/** The last instant at which anything can happen to an order received on `day`. */
export const endOfLives = (day: number): number => startOfDayNumber(day) + longestLifeDays * dayMs

import {
  dayMs,
  dayNumberOf,
  dayText,
  endOfWorkday,
  hourMs,
  isWorkday,
  localHour,
  minuteMs,
  monthOf,
  startOfDayNumber,
  weekdayOf,
} from '../calendar.ts'
import { between, dice, pick, pickWeighted } from '../chance.ts'
import type { City } from '../city/scenario.ts'
import { isFestive, isFlooded, isStorm } from '../city/scenario.ts'
import type { Town } from '../city/towns.ts'
import { isRural, towns } from '../city/towns.ts'
import type { Caller } from './people.ts'
import { someone } from './people.ts'
import type { Channel, Topic } from './topics.ts'
import { channels, topics } from './topics.ts'

export type OrderEventType = 'ACCEPT' | 'DISPATCH' | 'SIGN' | 'RETURN' | 'FEEDBACK' | 'FINISH' | 'CANCEL'

export interface OrderEvent {
  readonly type: OrderEventType
  readonly at: number
  readonly unit: string | undefined
}

/** One order of the simulated city with its whole life, the part to come included. */
export interface Order {
  readonly no: string
  readonly channel: Channel
  readonly topic: Topic
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

/** An order lives this long at most: whoever looks for events of a day need not look at older days. */
export const longestLifeDays = 30

/** Calls by hour of the day: the morning's rush, lunch, the quiet of the night. */
const workdayRhythm = [2, 1, 1, 1, 1, 2, 4, 10, 22, 26, 24, 18, 9, 10, 20, 23, 21, 17, 11, 9, 8, 7, 5, 3]
const freeDayRhythm = [3, 2, 1, 1, 1, 2, 3, 6, 10, 13, 14, 13, 11, 10, 11, 12, 12, 12, 11, 11, 10, 9, 7, 4]

/** Orders received on a local day, in the order of their receipt. */
export function ordersOfDay(city: City, day: number): readonly Order[] {
  const roll = dice(city.seed, 'day', day)
  const receipts = [...usualReceipts(city, day, roll), ...stormReceipts(city, day)].sort((a, b) => a - b)
  return receipts.map((acceptedAt, index) => orderOf(city, day, index, acceptedAt))
}

function usualReceipts(city: City, day: number, roll: () => number): readonly number[] {
  const rhythm = isWorkday(day) && !isFestive(city, day) ? workdayRhythm : freeDayRhythm
  const count = Math.round(between(190, 235, roll) * busynessOf(city, day) * city.speed)
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

function orderOf(city: City, day: number, index: number, acceptedAt: number): Order {
  const roll = dice(city.seed, 'order', day, index)
  const stormy = isStorm(city, acceptedAt)
  const town = pickWeighted(towns, ({ weight, code }) => (stormy && isFlooded(code) ? weight * 3 : weight), roll)
  const topic = pickWeighted(topics, (each) => topicWeight(city, each, town, acceptedAt), roll)
  const channel = stormy ? firstChannel : pickWeighted(channels, ({ weight }) => weight, roll)
  const limitAt = endOfWorkday(acceptedAt, channel.limits[topic.kind])
  const order = {
    no: `PL${dayText(day).replaceAll('-', '')}${String(index + 1).padStart(6, '0')}`,
    channel,
    topic,
    town,
    street: pick(town.streets, roll),
    caller: someone(roll),
    place: placeIn(town, roll),
    acceptedAt,
    limitAt,
  }
  return { ...order, events: lifeOf(order, roll) }
}

const [firstChannel] = channels as readonly [Channel, ...Channel[]]

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

type Draft = Omit<Order, 'events'>

function lifeOf(order: Draft, roll: () => number): readonly OrderEvent[] {
  const accepted: OrderEvent = { type: 'ACCEPT', at: order.acceptedAt, unit: undefined }
  // a question that the desk can answer from its knowledge base goes nowhere else
  if (order.topic.kind === '咨询' && order.channel === firstChannel && roll() < 0.7)
    return [accepted, { type: 'FINISH', at: order.acceptedAt + seconds(between(3, 20, roll)), unit: '区政府办' }]
  if (roll() < 0.01) return [accepted, { type: 'CANCEL', at: order.acceptedAt + seconds(between(5, 90, roll)), unit: undefined }]
  return [accepted, ...handledLife(order, roll)]
}

function handledLife(order: Draft, roll: () => number): readonly OrderEvent[] {
  const unit = order.topic.unit === 'town' ? townGovernment(order.town) : order.topic.unit
  const events: OrderEvent[] = []
  let at = order.acceptedAt
  const next = (type: OrderEventType, minutes: number, by: string | undefined = unit): void => {
    at += seconds(minutes)
    events.push({ type, at, unit: by })
  }
  next('DISPATCH', between(4, 45, roll))
  if (roll() < 0.05) {
    next('RETURN', between(20, 150, roll))
    next('DISPATCH', between(10, 60, roll), townGovernment(order.town))
  }
  const last = events.at(-1)?.unit
  next('SIGN', between(5, 120, roll), last)
  // 1 in 80 is late, only on the hotline: the other channels are watched message by message
  const isLate = order.channel === firstChannel && roll() < 1 / 80
  at = isLate ? lateEnd(order, roll) : timelyEnd(order, at, roll)
  events.push({ type: 'FEEDBACK', at, unit: last })
  const closedAt = at + seconds(between(60, 1_200, roll))
  events.push({ type: 'FINISH', at: isLate ? closedAt : Math.min(closedAt, Math.max(at, order.limitAt)), unit: last })
  return events
}

/** Most are done well before their limit, and by day. */
function timelyEnd(order: Draft, signedAt: number, roll: () => number): number {
  const share = 0.05 + 0.7 * roll() ** 2
  const byDay = duringTheDay(Math.max(signedAt + 10 * minuteMs, shareOfLimit(order, share)), roll)
  return byDay <= order.limitAt ? byDay : order.limitAt - seconds(between(5, 90, roll))
}

const lateEnd = (order: Draft, roll: () => number): number => duringTheDay(shareOfLimit(order, between(1.1, 1.9, roll)), roll)

const shareOfLimit = ({ acceptedAt, limitAt }: Draft, share: number): number =>
  acceptedAt + Math.round(((limitAt - acceptedAt) * share) / 1_000) * 1_000

function duringTheDay(at: number, roll: () => number): number {
  const hour = localHour(at)
  if (hour >= 8.5 && hour < 18.5) return at
  const day = dayNumberOf(at) + (hour < 8.5 ? 0 : 1)
  return startOfDayNumber(day) + 8.5 * hourMs + seconds(between(0, 150, roll))
}

const townGovernment = ({ name }: Town): string => (name.endsWith('街道') ? `${name}办事处` : name.length > 6 ? name : `${name}人民政府`)
const seconds = (minutes: number): number => Math.round(minutes * 60) * 1_000

/** The last instant at which anything can happen to an order received on `day`. */
export const endOfLives = (day: number): number => startOfDayNumber(day) + longestLifeDays * dayMs

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OrderList } from '../../contract/drill.ts'
import { orderCounts } from '../../contract/indicator.ts'
import type { Instant } from '../../contract/time.ts'
import { dayNumber } from '../core/calendar.ts'
import type { Clock } from '../core/clock.ts'
import { quote } from '../core/foreign-words.ts'
import { firstDayOf } from '../core/period.ts'
import type { Registry } from '../core/registry.ts'
import { countedAt } from '../core/topics/order-counts.ts'
import { shownOf } from '../core/topics/order-telling.ts'
import type { FoldedOrder } from '../core/topics/order-telling.ts'
import { sendJson } from './problem.ts'
import { dayIn, knownIn, refused, unknownId, wholeNumberIn } from './query.ts'
import type { Route } from './route.ts'

export interface OrderRooms {
  readonly registry: Pick<Registry, 'districts' | 'channels'>
  /** every order of a district ever, the archived too, each once, in any order */
  readonly world: { allOrders(district: string): Iterable<FoldedOrder> }
  readonly clock: Clock
}

type Count = OrderList['count']

const counts: readonly Count[] = [...orderCounts, 'open', 'overdue']
const usuallyListed = 200
const mostListed = 1_000
/** Archived orders are unpacked to be looked at: after so many the server's other work has its turn. */
const ordersPerTurn = 1_000

interface Asked {
  readonly district: string
  readonly zone: string
  readonly count: Count
  readonly channels: ReadonlySet<string>
  readonly unit: string | undefined
  readonly fromDay: number
  readonly toDay: number
  readonly isLateOnly: boolean
  readonly limit: number
}

/** GET /api/orders?district=&count=&channel=&unit=&from=&to=&late=1&limit=: the orders behind a count (contract/drill.ts). `channel` may be given several times. */
export function ordersRoute({ registry, world, clock }: OrderRooms): Route {
  return {
    method: 'GET',
    path: '/api/orders',
    access: 'wall',
    handler: async (_request, response, { query }) => {
      const asked = askedIn(query, registry, clock.now())
      const latest = new Latest(asked.limit)
      let looked = 0
      for (const order of world.allOrders(asked.district)) {
        const at = askedAt(order, asked)
        if (at !== undefined) latest.add(order, at)
        looked += 1
        if (looked % ordersPerTurn === 0) await nextTurn()
      }
      sendJson(response, 200, { count: asked.count, total: latest.total, orders: latest.orders().map(shownOf) } satisfies OrderList)
    },
  }
}

function askedIn(query: URLSearchParams, { districts, channels }: OrderRooms['registry'], now: Instant): Asked {
  const { id: district, zone, time } = knownIn(query, 'district', districts, 'config/districts')
  const own = new Map([...channels].filter(([, channel]) => channel.district === district))
  const named = query.getAll('channel')
  const unknown = named.find((channel) => !own.has(channel))
  if (unknown !== undefined) throw refused('channel', unknownId(unknown, own.keys(), `config/channels.yaml of district ${district}`))
  const count = countIn(query)
  return {
    district,
    zone,
    count,
    channels: new Set(named),
    unit: query.get('unit') ?? undefined,
    ...daysIn(query, count, time === 'recorded' ? undefined : dayNumber(now, zone)),
    isLateOnly: isLateIn(query),
    limit: wholeNumberIn(query, 'limit', [1, mostListed]) ?? usuallyListed,
  }
}

function countIn(query: URLSearchParams): Count {
  const text = query.get('count')
  const count = counts.find((candidate) => candidate === text)
  if (count !== undefined) return count
  throw refused('count', `${text === null ? 'missing' : `there is no count ${quote(text)}`}; name one of ${counts.join(', ')}`)
}

/** @param today undefined in a recording, which has no today of ours: there all days are meant where none is named */
function daysIn(query: URLSearchParams, count: Count, today: number | undefined): Pick<Asked, 'fromDay' | 'toDay'> {
  const [from, to] = [dayIn(query, 'from'), dayIn(query, 'to')]
  if (count === 'open' || count === 'overdue') {
    if (from !== undefined || to !== undefined)
      throw refused(from === undefined ? 'to' : 'from', `orders ${count} are those of now; leave out from and to`)
    return { fromDay: -Infinity, toDay: Infinity }
  }
  const toDay = to ?? today ?? Infinity
  const fromDay = from ?? (today === undefined ? -Infinity : firstDayOf(Math.min(today, toDay), 'year'))
  if (fromDay > toDay) throw refused('from', 'later than to; give an earlier from, or a later to')
  return { fromDay, toDay }
}

function isLateIn(query: URLSearchParams): boolean {
  const text = query.get('late')
  if (text === null || text === '1') return text === '1'
  throw refused('late', `found ${quote(text)}; write late=1 for those not in time, or leave it out`)
}

/** The instant by which an order counts; undefined where it is not asked for. */
function askedAt(order: FoldedOrder, { channels, unit, isLateOnly, count, zone, fromDay, toDay }: Asked): Instant | undefined {
  if (channels.size > 0 && !channels.has(order.channel)) return undefined
  if (unit !== undefined && order.unit !== unit) return undefined
  if (isLateOnly && !isLate(order)) return undefined
  const at = instantOf(order, count)
  const day = at === undefined ? Number.NaN : dayNumber(at, zone)
  return day >= fromDay && day <= toDay ? at : undefined
}

const isLate = (order: FoldedOrder): boolean => countedAt(order, 'due') !== undefined && countedAt(order, 'on-time') === undefined

/** The rules are those of the counts, so that a list is as long as its figure says. */
function instantOf(order: FoldedOrder, count: Count): Instant | undefined {
  if (count === 'open') return order.settledAt === undefined ? order.openedAt : undefined
  if (count === 'overdue') return order.clock === 'overdue' ? order.dueAt : undefined
  return countedAt(order, count)
}

interface Listed {
  readonly order: FoldedOrder
  readonly at: Instant
}

/** The latest of many, without holding them all. */
class Latest {
  total = 0
  readonly #limit: number
  #listed: Listed[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(order: FoldedOrder, at: Instant): void {
    this.total += 1
    this.#listed.push({ order, at })
    if (this.#listed.length > 2 * this.#limit + ordersPerTurn) this.#cut()
  }

  orders(): readonly FoldedOrder[] {
    this.#cut()
    return this.#listed.map(({ order }) => order)
  }

  #cut(): void {
    this.#listed.sort((one, other) => other.at - one.at || (one.order.id < other.order.id ? -1 : 1))
    this.#listed = this.#listed.slice(0, this.#limit)
  }
}

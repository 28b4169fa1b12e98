import type { IndicatorDetail, InputFigure, UnitFigure } from '../../contract/drill.ts'
import type { DefinitionFact } from '../../contract/fact.ts'
import type { InputDefinition } from '../../contract/indicator.ts'
import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { dayNumber, startOfDayNumber } from '../core/calendar.ts'
import type { Clock } from '../core/clock.ts'
import { versionsOf } from '../core/definition-versions.ts'
import type { DefinitionVersion } from '../core/definition-versions.ts'
import type { OrderCounts } from '../core/order-counts.ts'
import { paceLine } from '../core/pace-line.ts'
import { firstDayOf } from '../core/period.ts'
import type { CurveRange } from '../core/reduce.ts'
import type { Registry } from '../core/registry.ts'
import type { Curve, CurveQuestion, OrderDays } from '../core/curve.ts'
import { ProblemError, sendJson } from './problem.ts'
import { instantIn, knownIn, refused, unknownId, wholeNumberIn } from './query.ts'
import type { Route } from './route.ts'

export interface IndicatorRooms {
  readonly registry: Pick<Registry, 'indicators' | 'inputs' | 'districts' | 'units' | 'calendar'>
  readonly world: {
    indicatorUnits(district: string, indicator: string): readonly UnitFigure[]
    indicatorInputs(district: string, indicator: string): readonly InputFigure[]
    definitions(district: string): readonly DefinitionFact[]
    orderCounts(district: string): OrderCounts | undefined
  }
  readonly historian: { curve(asked: CurveQuestion): Promise<Curve> }
  readonly clock: Clock
}

const usualPoints = 500
const mostPoints = 2_000
const mostDays = 3_660

/** GET /api/indicators/:indicator?district=&from=&to=&points=&unit=: what is behind a figure (contract/drill.ts, IndicatorDetail). */
export function indicatorRoute(rooms: IndicatorRooms): Route {
  const { registry, world, historian, clock } = rooms
  return {
    method: 'GET',
    path: '/api/indicators/:indicator',
    access: 'wall',
    handler: async (_request, response, { params, query }) => {
      const id = params['indicator'] ?? ''
      const definition = registry.indicators.get(id)
      if (definition === undefined)
        throw new ProblemError('not-found', `indicator: ${unknownId(id, registry.indicators.keys(), 'config/indicators')}`)
      const { id: district, zone } = knownIn(query, 'district', registry.districts, 'config/districts')
      const unit = query.has('unit') ? unitIn(query, registry, district) : undefined
      const now = clock.now()
      const range = rangeIn(query, zone, now)
      const versions = versionsOf(definition)
      const orders = orderDays(rooms, versions, { district, unit, zone, range, now })
      const { curve, corrections } = await historian.curve({ district, indicator: id, unit, range, now, orders })
      // a unit has no share of a yearly total to keep pace with
      const hasPace = unit === undefined || definition.pace !== 'cumulative'
      sendJson(response, 200, {
        indicator: id,
        curve,
        pace: hasPace ? paceLine(versions, range, { zone, calendar: registry.calendar }) : [],
        corrections,
        versions: recordedVersions(world.definitions(district), id),
        units: world.indicatorUnits(district, id),
        inputs: world.indicatorInputs(district, id),
      } satisfies IndicatorDetail)
    },
  }
}

function unitIn(query: URLSearchParams, { units }: IndicatorRooms['registry'], district: string): string {
  const own = new Map([...units].filter(([, unit]) => unit.district === district))
  return knownIn(query, 'unit', own, `config/units.yaml of district ${district}`).id
}

function rangeIn(query: URLSearchParams, zone: string, now: Instant): CurveRange {
  const to = instantIn(query, 'to') ?? now
  const from = instantIn(query, 'from') ?? startOfDayNumber(firstDayOf(dayNumber(to, zone), 'year'), zone)
  if (from >= to)
    throw refused('from', `${new Date(from).toISOString()} is not before ${new Date(to).toISOString()}; give an earlier from, or a later to`)
  if (to - from > mostDays * dayMs) throw refused('from', `more than ${String(mostDays)} days before to; ask for a shorter range`)
  return { from, to, points: wholeNumberIn(query, 'points', [2, mostPoints]) ?? usualPoints }
}

function recordedVersions(definitions: readonly DefinitionFact[], indicator: string): IndicatorDetail['versions'] {
  return definitions
    .filter((fact) => fact.indicator === indicator)
    .map(({ version, from, at, note }) => ({ version, from, recordedAt: at, note }))
    .sort((one, other) => one.version - other.version)
}

interface Counted {
  readonly district: string
  readonly unit: string | undefined
  readonly zone: string
  readonly range: CurveRange
  readonly now: Instant
}

/** What the orders of each input of a formula count up to, day by day: the world has that, the thread that draws the curve has not. */
function orderDays({ registry, world }: IndicatorRooms, versions: readonly DefinitionVersion[], counted: Counted): readonly OrderDays[] {
  const counts = world.orderCounts(counted.district)
  const named = new Set(versions.flatMap(({ formula }) => formula?.inputs.map(({ input }) => input) ?? []))
  return [...named].flatMap((input) => {
    const orders = registry.inputs.get(input)?.orders
    return orders === undefined || counts === undefined ? [] : [daysOf(input, orders, counts, counted)]
  })
}

function daysOf(input: string, orders: NonNullable<InputDefinition['orders']>, counts: OrderCounts, counted: Counted): OrderDays {
  const { unit, zone, range, now } = counted
  const today = dayNumber(now, zone)
  // what counts reach back to; before that there is no figure, and not none of it
  const earliest = firstDayOf(firstDayOf(today, 'year') - 1, 'year')
  const fromDay = Math.max(earliest, firstDayOf(dayNumber(range.from, zone), 'year'))
  const last = Math.min(today, dayNumber(range.to, zone))
  const { channels, count } = orders
  const days = Array.from({ length: Math.max(0, last - fromDay + 1) }, (_, index) => fromDay + index)
  const isHeard = (day: number): boolean => counts.sum({ channels, count: 'received', fromDay: earliest, toDay: day }) > 0
  return {
    input,
    fromDay,
    counts: days.map((day) => counts.sum({ channels, count, unit, fromDay: day, toDay: day })),
    heardFrom: days.find(isHeard) ?? Infinity,
  }
}

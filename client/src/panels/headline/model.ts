import type { LastMeeting } from '../../../../contract/decision.ts'
import type { Instant } from '../../../../contract/time.ts'
import { countNumbers, countThen, countedNumbers } from '../indicators.ts'
import type { PlanNumber, Standing, StandingCounts } from '../indicators.ts'

/** One tick of the ruler: short has no target, middle is on pace (open where nobody can judge), tall is behind or missed. */
export interface Tick {
  readonly no: number
  readonly kind: 'none' | 'open' | 'on' | 'watch' | 'off'
  /** what it opens */
  readonly indicator: string
}

/** 首行四数 and the ruler. */
export interface Headline {
  readonly counts: StandingCounts
  /** numbers with a measure without a reading, or with one that is not of this time */
  readonly notFresh: number
  readonly ticks: readonly Tick[]
  /** changes since the last meeting; undefined before a first one */
  readonly since: { readonly at: Instant; readonly onPace: number; readonly watch: number; readonly offTarget: number } | undefined
}

const kinds: Readonly<Record<Standing, Tick['kind']>> = {
  'on-target': 'on',
  watch: 'watch',
  'off-target': 'off',
  unjudged: 'open',
  'no-target': 'none',
}

export function headlineOf(numbers: readonly PlanNumber[], meeting: LastMeeting | undefined): Headline {
  const counts = countNumbers(numbers)
  return {
    counts,
    notFresh: countedNumbers(numbers, 'not-fresh').length,
    ticks: numbers.map(({ no, standing, leading }) => ({ no, kind: kinds[standing], indicator: leading.definition.id })),
    since: meeting === undefined ? undefined : changesSince(numbers, counts, meeting),
  }
}

function changesSince(numbers: readonly PlanNumber[], now: StandingCounts, { at, assessments }: LastMeeting): Headline['since'] {
  const then = countThen(numbers, assessments)
  return { at, onPace: now.onPace - then.onPace, watch: now.watch - then.watch, offTarget: now.offTarget - then.offTarget }
}

/** Numbers written under the ruler: the first, the last, and round ones between. */
export function rulerLabels(ticks: readonly Pick<Tick, 'no'>[]): readonly number[] {
  const [first, last] = [ticks[0]?.no, ticks.at(-1)?.no]
  if (first === undefined || last === undefined) return []
  const every = last - first > 60 ? 30 : 15
  const between = Array.from({ length: Math.floor(last / every) }, (_, index) => (index + 1) * every).filter(
    (no) => no > first && no < last - every / 3,
  )
  return first === last ? [first] : [first, ...between, last]
}

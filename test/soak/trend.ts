/** Whether a figure grows, told from its values over a run. Pure. */

export interface Point {
  /** hours since the run began */
  readonly at: number
  readonly value: number
}

export interface Trend {
  /** means of the first and the last tenth of what is judged */
  readonly start: number
  readonly end: number
  /** slope of the line through the values, and half the width of its 95 % interval, per hour */
  readonly perHour: number
  readonly marginPerHour: number
  /** along the line, over what is judged */
  readonly growth: number
  /** a growth that is not larger says nothing */
  readonly noise: number
  readonly verdict: Verdict
}

export type Verdict = 'flat' | 'grows' | 'falls' | 'too short'

/** Neighbouring values hang together, and a line through all of them would believe itself too much: it goes through the means of so many stretches. */
const mostStretches = 12
const fewestPoints = 5
const leastWarmUp = 5
/** Student's t, two-sided 95 %, for 1, 2 … 10 degrees of freedom */
const students = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

export const rule = `flat: the 95 % interval of the slope includes 0, or the growth over the run is not above the noise. The slope is that of the least-squares line
through the means of ${String(mostStretches)} stretches after the warm-up (of all rounds where they are fewer), its interval Student's; the noise is twice the standard
deviation of the rounds around that line, and never less than the smallest growth worth a word for the measure. The other verdicts: grows, falls, too short (fewer than ${String(fewestPoints)} rounds).`

/**
 * @param points after the warm-up, in the order of time
 * @param leastGrowth the smallest growth worth a word, in the values' unit
 */
export function judge(points: readonly Point[], leastGrowth: number): Trend {
  const tenth = Math.max(1, Math.round(points.length / 10))
  const ends = { start: meanOf(points.slice(0, tenth)).value, end: meanOf(points.slice(-tenth)).value }
  const [first, last] = [points[0], points.at(-1)]
  if (points.length < fewestPoints || first === undefined || last === undefined)
    return { ...ends, perHour: Number.NaN, marginPerHour: Number.NaN, growth: ends.end - ends.start, noise: Number.NaN, verdict: 'too short' }
  const { perHour, marginPerHour, valueAt } = lineThrough(stretchesOf(points))
  const growth = perHour * (last.at - first.at)
  const scatter = Math.sqrt(sum(points.map(({ at, value }) => (value - valueAt(at)) ** 2)) / (points.length - 2))
  const noise = Math.max(2 * scatter, leastGrowth)
  const isFlat = Math.abs(perHour) <= marginPerHour || Math.abs(growth) <= noise
  return { ...ends, perHour, marginPerHour, growth, noise, verdict: isFlat ? 'flat' : growth > 0 ? 'grows' : 'falls' }
}

/**
 * What is left when the first tenth of the run is taken away, five rounds at least: a browser without a graphics card keeps the pictures that were
 * drawn last, up to half a gigabyte, and gives them back when memory is short; that fills in some four minutes.
 */
export function afterWarmUp(points: readonly Point[]): readonly Point[] {
  return points.slice(Math.max(leastWarmUp, Math.ceil(points.length / 10)))
}

function stretchesOf(points: readonly Point[]): readonly Point[] {
  const count = Math.min(mostStretches, points.length)
  const from = (stretch: number): number => Math.round((stretch * points.length) / count)
  return Array.from({ length: count }, (_, stretch) => meanOf(points.slice(from(stretch), from(stretch + 1))))
}

interface Line {
  readonly perHour: number
  readonly marginPerHour: number
  readonly valueAt: (at: number) => number
}

function lineThrough(points: readonly Point[]): Line {
  const middle = meanOf(points)
  const spread = sum(points.map(({ at }) => (at - middle.at) ** 2))
  const perHour = sum(points.map(({ at, value }) => (at - middle.at) * (value - middle.value))) / spread
  const valueAt = (at: number): number => middle.value + perHour * (at - middle.at)
  const freedom = points.length - 2
  const variance = sum(points.map(({ at, value }) => (value - valueAt(at)) ** 2)) / freedom
  const student = students[freedom - 1] ?? Number.NaN
  return { perHour, marginPerHour: student * Math.sqrt(variance / spread), valueAt }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

function meanOf(points: readonly Point[]): Point {
  return { at: sum(points.map(({ at }) => at)) / points.length, value: sum(points.map(({ value }) => value)) / points.length }
}

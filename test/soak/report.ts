import type { SoakRun } from './soak-run.ts'
import { measures } from './sample.ts'
import { rule } from './trend.ts'
import type { Trend } from './trend.ts'

/** rounds in a row that may end without a picture: a cut or an outage may fall on the end of one */
const mostDarkRounds = 3

export interface Told {
  readonly text: string
  /** 0: flat · 1: something grows, or the video did not come back · 2: too short to tell */
  readonly code: 0 | 1 | 2
}

/** @param isTroubled the video was broken on purpose, and had to come back */
export function tell(run: SoakRun, isTroubled: boolean): Told {
  const trends = run.trends()
  const rows = measures.map(({ id, name, digits }) => row(name, digits, trends.get(id)))
  const verdicts = [...trends.values()].map((trend) => trend?.verdict)
  const isDark = isTroubled && run.darkRounds >= mostDarkRounds
  const text = [
    row('', 0, 'head'),
    ...rows,
    '',
    `${String(run.rounds)} rounds, of which the first tenth (five at least) is the warm-up; each counts as the mean of its four scenes.`,
    rule,
    `Pictures that moved at the ends of rounds: ${shareOf(run.playingShare)}. Page loaded anew: ${String(run.reloads)} times. Uncaught errors: ${String(run.errors)}.`,
    ...(isDark ? [`The video did not come back: the last ${String(run.darkRounds)} rounds ended without any picture that moves.`] : []),
  ]
  const code = isDark || verdicts.includes('grows') ? 1 : verdicts.includes('too short') ? 2 : 0
  return { text: text.join('\n'), code }
}

const shareOf = (share: number): string => (Number.isNaN(share) ? 'none looked at' : `${(100 * share).toFixed(0)} %`)

function row(name: string, digits: number, trend: Trend | 'head' | undefined): string {
  const cells = (...texts: readonly string[]): string => `${name.padEnd(40)}${texts.map((text) => text.padStart(16)).join('')}`
  if (trend === 'head') return cells('start', 'end', 'per hour', '95 % ±', 'growth', 'noise', 'verdict')
  if (trend === undefined) return cells('', '', '', '', '', '', 'not available')
  const figures = [trend.start, trend.end, trend.perHour, trend.marginPerHour, trend.growth, trend.noise]
  return cells(...figures.map((figure) => (Number.isNaN(figure) ? '–' : figure.toFixed(Math.max(digits, 2)))), trend.verdict)
}

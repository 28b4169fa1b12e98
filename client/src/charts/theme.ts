import type { Wall } from '../screen/wall-profile.ts'

/** Colours of styles/tokens.css as a canvas needs them, and lengths in px for a wall. Series never animate, bars start at nought. */
export const chartColors = {
  ground: '#10161d',
  text1: '#dde4ea',
  text2: '#b6c1cc',
  text3: '#9ba8b4',
  rule: '#2b3641',
  axis: '#4a5866',
  data: '#8ea2b5',
  dataStrong: '#c6d2dc',
  accent: '#86c2ae',
} as const

const face = 'Barlow, "Noto Sans SC Variable", "Noto Sans SC", sans-serif'

export interface ChartTheme {
  readonly textStyle: { readonly fontFamily: string; readonly fontWeight: number; readonly fontSize: number; readonly color: string }
  readonly hair: number
  readonly line: number
  readonly lineStrong: number
  readonly paceDash: readonly [number, number]
  readonly usualDash: readonly [number, number]
  readonly lastPoint: number
  readonly step: number
}

export function chartTheme({ am, step, type, measures }: Wall): ChartTheme {
  return {
    textStyle: { fontFamily: face, fontWeight: 500, fontSize: type.label, color: chartColors.text3 },
    hair: measures.hair,
    line: Math.max(1.25, am * 1.6),
    lineStrong: am * 3.2,
    paceDash: [am * 8.6, am * 6.4],
    usualDash: [am * 5.4, am * 4.3],
    lastPoint: am * 6.5,
    step,
  }
}

/** The foot of a chart: a strong line, labels below it that end where the line ends. */
export function footAxis(theme: ChartTheme) {
  return {
    type: 'value',
    axisLine: { lineStyle: { color: chartColors.axis, width: theme.hair } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { ...theme.textStyle, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right' },
  } as const
}

/** The side of a chart: no line, hairs across. */
export function sideAxis(theme: ChartTheme) {
  return {
    type: 'value',
    splitNumber: 2,
    axisLine: { show: false },
    splitLine: { lineStyle: { color: chartColors.rule, width: theme.hair } },
    axisLabel: { ...theme.textStyle, hideOverlap: true },
  } as const
}

/** A curve without symbols. */
export function curveSeries(
  data: readonly (readonly [number, number])[],
  line: { readonly color: string; readonly width: number; readonly dash?: readonly number[] },
) {
  return { type: 'line', data, symbol: 'none', lineStyle: { color: line.color, width: line.width, type: line.dash ?? 'solid' } } as const
}

/** The dot at the end of today's curve. */
export function lastPointSeries(point: readonly [number, number] | undefined, theme: ChartTheme) {
  const data = point === undefined ? [] : [point]
  return { type: 'line', data, symbol: 'circle', symbolSize: theme.lastPoint * 1.8, itemStyle: { color: chartColors.text1 } } as const
}

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

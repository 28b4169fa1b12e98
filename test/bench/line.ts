/** One figure beside its goal, as `npm run bench` prints it. */
export interface Line {
  readonly what: string
  readonly figure: string
  /** none: told for its own sake */
  readonly goal?: Goal
}

export interface Goal {
  readonly text: string
  readonly isMet: boolean
}

export const atMost = (value: number, limit: number, unit = ''): Goal => ({ text: `≤ ${String(limit)}${unit}`, isMet: value <= limit })
export const atLeast = (value: number, limit: number): Goal => ({ text: `≥ ${String(limit)}`, isMet: value >= limit })
export const ratio = (value: number): string => value.toFixed(2)
export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`
export const ms = (value: number): string => `${value < 20 ? value.toFixed(1) : value.toFixed(0)} ms`
export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

/** Days as the district's people write them, `2026-10-08`. China has one zone without summer time: a local day is plain arithmetic. */

const offset = '+08:00'
const offsetMs = 28_800_000
const dayMs = 86_400_000

export const dayOf = (at: number): string => new Date(at + offsetMs).toISOString().slice(0, 10)

/** First millisecond. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00${offset}`)

export const nextDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)

/** 0 is Sunday. */
export const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay()

/** `2026-10` of a day; of a month, `back` months earlier. */
export const monthOf = (day: string): string => day.slice(0, 7)

export function monthBefore(month: string, back: number): string {
  let [year = 0, number = 0] = month.split('-').map(Number)
  for (let left = back; left > 0; left -= 1) [year, number] = number === 1 ? [year - 1, 12] : [year, number - 1]
  return `${String(year)}-${String(number).padStart(2, '0')}`
}

export const yearOf = (day: string): string => day.slice(0, 4)

/** True when `text` (YYYY-MM-DD) is a day of the calendar: 2026-02-30 is none. */
export const isDay = (text: string): boolean => {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

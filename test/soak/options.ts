import { parseArgs } from 'node:util'

export interface SoakOptions {
  readonly minutes: number
  /** file for the raw samples */
  readonly out: string | undefined
  /** sign-in link of a wall that runs already: it is watched, nothing is broken */
  readonly url: string | undefined
}

export const usage = `npm run soak -- [--minutes 60 | --days 7] [--out samples.csv] [--url http://wall.example/sign-in?ticket=…]`

/** @throws a sentence for whoever typed it */
export function readOptions(args: readonly string[]): SoakOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { minutes: text, days: text, out: text, url: text } })
  if (values.minutes !== undefined && values.days !== undefined) throw new Error('--minutes and --days: give one of them')
  const minutes = values.days === undefined ? positive('--minutes', values.minutes ?? '60') : positive('--days', values.days) * 1_440
  return { minutes, out: values.out, url: values.url === undefined ? undefined : linkOf(values.url) }
}

function positive(name: string, value: string): number {
  const number = Number(value)
  if (!(number > 0 && Number.isFinite(number))) throw new Error(`${name} ${value}: expected a number above 0`)
  return number
}

function linkOf(value: string): string {
  const like = 'expected a sign-in link as POST /api/sign-in-links answers it, http://wall.example/sign-in?ticket=…'
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new Error(`--url ${value}: ${like}`)
  if (!url.searchParams.has('ticket')) throw new Error(`--url ${value}: there is no ticket in it; ${like}`)
  return url.href
}

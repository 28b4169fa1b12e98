import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { quote, similarTo } from '../core/foreign-words.ts'
import { ProblemError } from './problem.ts'

/** Reading what an address asks for. A value that means nothing throws ProblemError `bad-request`, naming the parameter, the reason and the cure. */

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)$/

export function instantIn(query: URLSearchParams, name: string): Instant | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  // in a query an unescaped + arrives as a space
  const written = text.replace(/ (?=\d\d:?\d\d$)/, '+')
  const at = /^\d{1,16}$/.test(written) ? Number(written) : isoInstant.test(written) ? Date.parse(written) : Number.NaN
  if (at <= 8.64e15 && isDayThatExists(written)) return at
  throw refused(name, `${quote(text)} is no instant; write 2026-11-23T14:30:00+08:00, or epoch milliseconds`)
}

/** Date.parse takes 31 November for 1 December. */
function isDayThatExists(written: string): boolean {
  const [day] = /^\d{4}-\d\d-\d\d(?=T)/.exec(written) ?? []
  return day === undefined || new Date(day).toISOString().startsWith(day)
}

/** @returns a day number (server/core/calendar.ts) */
export function dayIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse takes 30 February for 2 March
  if (new Date(at || 0).toISOString().startsWith(text)) return at / dayMs
  throw refused(name, `${quote(text)} is no day; write 2026-11-23`)
}

export function wholeNumberIn(query: URLSearchParams, name: string, [least, most]: readonly [number, number]): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw refused(name, `found ${quote(text)}; write a whole number from ${String(least)} to ${String(most)}`)
}

/** The definition of an id that must be there. @param where the file or folder that names them */
export function knownIn<T>(query: URLSearchParams, name: string, known: ReadonlyMap<string, T>, where: string): T {
  const id = query.get(name)
  if (id === null) throw refused(name, `missing; name one of ${where}, such as ${name}=${[...known.keys()][0] ?? ''}`)
  const found = known.get(id)
  if (found !== undefined) return found
  throw refused(name, unknownId(id, known.keys(), where))
}

export function unknownId(id: string, known: Iterable<string>, where: string): string {
  return `${quote(id)} is not in ${where}; expected an id from there${similarTo(id, known)}`
}

export const refused = (name: string, reason: string): ProblemError => new ProblemError('bad-request', `${name}: ${reason}`)

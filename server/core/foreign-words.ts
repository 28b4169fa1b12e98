import type { z } from 'zod'
import { maskText } from './masking.ts'

/** How refusals speak of what an upstream sent. */

const quotedCharacters = 80

/** Foreign text inside our own: quoted, short, and without personal data. */
export function quote(found: unknown): string {
  if (found === undefined) return 'nothing'
  const text = typeof found === 'object' && found !== null ? (Array.isArray(found) ? 'a list' : 'an object') : JSON.stringify(found) || typeof found
  return maskText(text.length > quotedCharacters ? `${text.slice(0, quotedCharacters)}…` : text)
}

function valueAt(candidate: unknown, path: readonly PropertyKey[]): unknown {
  let found = candidate
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, key)
  }
  return found
}

/** The first three things that keep a candidate from being a fact: each with its place, what was found and what was expected. */
export function explainShape(candidate: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const told = issues.slice(0, 3).map((issue) => {
    const place = issue.path.length === 0 ? 'fact' : issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      return `${place}: found the fields ${quote(issue.keys.join(', '))}, which no fact of this kind has; expected them to be left out by the mapping`
    }
    const found = valueAt(candidate, issue.path)
    if (found === undefined && issue.path.length > 0) return `${place}: ${missing}`
    return `${place}: found ${quote(found)}, expected otherwise: ${issue.message}${swappedHint(candidate, issue.path)}`
  })
  return told.join('; ')
}

/** In China no longitude is a latitude: a place whose numbers stand the wrong way round is told as such. */
function swappedHint(candidate: unknown, path: readonly PropertyKey[]): string {
  if (path.at(-1) !== 1) return ''
  const place = valueAt(candidate, path.slice(0, -1))
  if (!Array.isArray(place) || place.length !== 2) return ''
  const [first, second] = place.map(Number)
  const isSwapped = first !== undefined && second !== undefined && Math.abs(first) <= 90 && Math.abs(second) > 90 && Math.abs(second) <= 180
  return isSwapped ? '; longitude stands first: the two seem to be swapped' : ''
}

/** How a refusal says that a field of a fact was left empty by the mapping. */
const missing = 'found nothing, expected a value: the mapping gave none'
const mostNames = 12

/** Words about a fact with a missing field, with the names that its message has: one of them may be what an upstream renamed. Others as they are. */
export function withNamesOf(message: unknown, detail: string): string {
  if (!detail.includes(missing) || typeof message !== 'object' || message === null || Array.isArray(message)) return detail
  const names = Object.keys(message)
  const told = names.slice(0, mostNames).map((name) => maskText(name.slice(0, 40)))
  const more = names.length > mostNames ? ` and ${String(names.length - mostNames)} more` : ''
  // in quotes: refusals that differ in what is quoted are of one cause
  return `${detail}; the message has ${names.length === 0 ? 'no fields' : `the fields “${told.join(', ')}${more}”`}`
}

function commonPrefix(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

/** ` such as …`, the ids that begin alike: cheap enough to be computed for every refusal of a flood. Empty when none does. */
export function similarTo(id: string, known: Iterable<string>): string {
  const alike = [...known].map((candidate) => ({ candidate, shared: commonPrefix(id, candidate) })).filter(({ shared }) => shared >= 3)
  alike.sort((one, other) => other.shared - one.shared)
  const nearest = alike.slice(0, 3).map(({ candidate }) => candidate)
  return nearest.length === 0 ? '' : ` such as ${nearest.join(', ')}`
}

export const iso = (at: number): string => new Date(at).toISOString()

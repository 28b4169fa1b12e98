import type { z } from 'zod'
import { maskText } from '../core/masking.ts'

const issuesTold = 3
const longestQuote = 60
const longestDetail = 600

/**
 * What is wrong with a message's shape, in words: for each of the first three faults where, what was found, what was expected.
 * Personal data is masked: the words are kept.
 */
export function describeShape(message: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const told = issues.slice(0, issuesTold).map((issue) => `${pathOf(issue)}: found ${quote(valueAt(message, issue.path))}; ${issue.message}`)
  const more = issues.length > issuesTold ? [`and ${String(issues.length - issuesTold)} more`] : []
  return maskedDetail([...told, ...more].join('; '))
}

/** Words that may quote an upstream, fit to be kept: masked, and no longer than anyone reads. */
export function maskedDetail(words: string): string {
  const masked = maskText(words.slice(0, 2 * longestDetail))
  return masked.length > longestDetail ? `${masked.slice(0, longestDetail)}…` : masked
}

const pathOf = (issue: z.core.$ZodIssue): string => (issue.path.length === 0 ? 'message' : issue.path.map(String).join('.'))

function valueAt(message: unknown, path: readonly PropertyKey[]): unknown {
  let found = message
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = Reflect.get(found, key)
  }
  return found
}

function quote(found: unknown): string {
  if (found === undefined) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  if (typeof found === 'object' && found !== null) return 'an object'
  const text = JSON.stringify(found)
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text
}

import type { z } from 'zod'
import type { FeedDefinition } from '../../contract/feed.ts'
import { factSchema } from '../../contract/fact.ts'
import type { Fact, Place, ReadingFact } from '../../contract/fact.ts'
import type { Refusal, RejectionCode } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { dayMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { maskText } from './masking.ts'
import { plainFact } from './plain-fact.ts'
import type { Registry } from './registry.ts'

/** Instants outside are a broken clock, a wrong unit or an empty date, never a date of this work. */
const earliest: Instant = Date.UTC(1992, 0, 1)
const latest: Instant = Date.UTC(2100, 0, 1)

const quotedCharacters = 80

const refuse = (code: RejectionCode, detail: string): Result<never, Refusal> => fail({ stage: 'admit', code, detail })

/** Foreign text inside our own: quoted, short, and without personal data. */
function quote(found: unknown): string {
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

function explain(candidate: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const told = issues.slice(0, 3).map((issue) => {
    const place = issue.path.length === 0 ? 'fact' : issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      return `${place}: found the fields ${quote(issue.keys.join(', '))}, which no fact of this kind has; expected them to be left out by the mapping`
    }
    return `${place}: found ${quote(valueAt(candidate, issue.path))}, expected otherwise: ${issue.message}`
  })
  return told.join('; ')
}

const iso = (at: Instant): string => new Date(at).toISOString()

function checkInstant(name: 'at' | 'dueAt', at: Instant): Refusal | undefined {
  if (at >= earliest && at <= latest) return undefined
  return {
    stage: 'admit',
    code: 'bad-instant',
    detail: `${name}: found ${iso(at)}, expected an instant from 1992 to 2100; check the unit (milliseconds) and empty dates`,
  }
}

function checkAge(at: Instant, feed: FeedDefinition, now: Instant): Refusal | undefined {
  const aheadSeconds = (at - now) / secondMs
  if (aheadSeconds > feed.maxAheadSeconds) {
    const limit = String(feed.maxAheadSeconds)
    const detail = `at: found ${iso(at)}, ${aheadSeconds.toFixed(0)} s ahead of our clock, expected at most ${limit} s; check the upstream's clock and zone`
    return { stage: 'admit', code: 'from-the-future', detail }
  }
  const ageDays = (now - at) / dayMs
  if (feed.maxAgeDays !== undefined && ageDays > feed.maxAgeDays) {
    const limit = String(feed.maxAgeDays)
    const detail = `at: found ${iso(at)}, ${ageDays.toFixed(1)} days old, expected at most ${limit} days; raise maxAgeDays of feed ${feed.id} to take it`
    return { stage: 'admit', code: 'too-old', detail }
  }
  return undefined
}

function commonPrefix(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

/** Ids that begin alike: cheap enough to be computed for every refusal of a flood. */
function similarTo(id: string, known: Iterable<string>): string {
  const alike = [...known].map((candidate) => ({ candidate, shared: commonPrefix(id, candidate) })).filter(({ shared }) => shared >= 3)
  alike.sort((one, other) => other.shared - one.shared)
  const nearest = alike.slice(0, 3).map(({ candidate }) => candidate)
  return nearest.length === 0 ? '' : ` such as ${nearest.join(', ')}`
}

function checkReading(fact: ReadingFact, registry: Registry): Refusal | undefined {
  const definition = registry.indicators.get(fact.indicator)
  if (definition === undefined) {
    const known = similarTo(fact.indicator, registry.indicators.keys())
    const detail = `indicator: found ${quote(fact.indicator)}, expected the id of an indicator in config/indicators${known}`
    return { stage: 'admit', code: 'unknown-indicator', detail }
  }
  const { range } = definition
  if (range !== undefined && (fact.value < range[0] || fact.value > range[1])) {
    const expected = `${String(range[0])} to ${String(range[1])} ${definition.unitOfMeasureEn}`.trimEnd()
    const detail = `value: found ${String(fact.value)} for ${definition.id}, expected ${expected}; check the unit, or the indicator's range`
    return { stage: 'admit', code: 'out-of-range', detail }
  }
  return undefined
}

const isNullIsland = (place: Place | undefined): boolean => place?.[0] === 0 && place[1] === 0

/** [0, 0] is how many platforms write an unknown position. It is not refused: an order without coordinates is counted, not lost. */
function withoutNullIsland(fact: Fact): Fact {
  if (!('place' in fact) || !isNullIsland(fact.place)) return fact
  const placeless = { ...fact }
  delete placeless.place
  return placeless
}

function check(fact: Fact, feed: FeedDefinition, registry: Registry, now: Instant): Refusal | undefined {
  const dueAt = 'dueAt' in fact ? fact.dueAt : undefined
  return (
    checkInstant('at', fact.at) ??
    checkAge(fact.at, feed, now) ??
    (dueAt === undefined ? undefined : checkInstant('dueAt', dueAt)) ??
    (fact.kind === 'reading' ? checkReading(fact, registry) : undefined)
  )
}

/**
 * Decides whether a candidate a feed mapped may become a fact: closed shape, a kind that feeds make, credible instants, a known indicator,
 * a value inside its range.
 * @returns the fact to record, or a refusal that names the field, what was found there, and what is expected
 * Errors: none (total).
 */
export function admit(candidate: unknown, feed: FeedDefinition, registry: Registry, now: Instant): Result<Fact, Refusal> {
  const plain = plainFact(candidate)
  return plain === undefined ? admitBySchema(candidate, feed, registry, now) : judged(plain, feed, registry, now)
}

function admitBySchema(candidate: unknown, feed: FeedDefinition, registry: Registry, now: Instant): Result<Fact, Refusal> {
  const parsed = factSchema.safeParse(candidate)
  if (!parsed.success) return refuse('bad-shape', explain(candidate, parsed.error.issues))
  const fact = parsed.data
  if (fact.kind === 'tick' || fact.kind === 'feed-health') {
    return refuse(
      'unknown-value',
      `kind: found "${fact.kind}", which only the server itself records; expected work-order, reading, incident or video-source`,
    )
  }
  return judged(fact, feed, registry, now)
}

function judged(fact: Fact, feed: FeedDefinition, registry: Registry, now: Instant): Result<Fact, Refusal> {
  const refusal = check(fact, feed, registry, now)
  return refusal === undefined ? ok(withoutNullIsland(fact)) : fail(refusal)
}

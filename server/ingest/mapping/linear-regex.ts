import { performance } from 'node:perf_hooks'
import { RE2JS } from 're2js'
import { MapError } from '../dialect.ts'
import { budget } from './budget.ts'

/** Longer texts are not searched: even in linear time that is no work for a mapping. */
const longestText = 100_000
/** Steps of a pattern times characters of a text: what one search may take at most, about a quarter of a second. */
const mostSteps = 1_000_000

const patterns = new WeakMap<RegExp, RE2JS>()

/**
 * The pattern in an engine whose time grows linearly with the text, whatever the pattern.
 * @throws Error when the pattern uses what such engines have not: looking around, back references
 */
export function compileLinear(expression: RegExp): RE2JS {
  let pattern = patterns.get(expression)
  if (pattern === undefined) {
    const flags = (expression.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (expression.multiline ? RE2JS.MULTILINE : 0)
    pattern = RE2JS.compile(RE2JS.translateRegExp(expression.source), flags)
    patterns.set(expression, pattern)
  }
  return pattern
}

/** As much of RegExp as JSONata uses: `exec` from `lastIndex` on, again and again. One for each time a pattern is evaluated. */
export class LinearRegex {
  readonly #pattern: RE2JS
  readonly #until = performance.now() + budget.milliseconds
  #searched: { readonly text: string; readonly matcher: ReturnType<RE2JS['matcher']> } | undefined
  lastIndex = 0

  constructor(expression: RegExp) {
    this.#pattern = compileLinear(expression)
  }

  exec(text: string): RegExpExecArray | null {
    this.#bound(text)
    if (this.#searched?.text !== text) this.#searched = { text, matcher: this.#pattern.matcher(text) }
    const { matcher } = this.#searched
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    this.lastIndex = matcher.end()
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined)
    // as: JSONata reads the groups and the index, nothing else
    return Object.assign(groups, { index: matcher.start(), input: text }) as unknown as RegExpExecArray
  }

  #bound(text: string): void {
    if (text.length > longestText) {
      const found = `mapping: searches a text of ${String(text.length)} characters`
      throw new MapError('too-slow', `${found}, expected at most ${String(longestText)}; cut it with $substring first`)
    }
    const steps = this.#pattern.programSize() * text.length
    if (steps > mostSteps) {
      const found = `mapping: a pattern of ${String(this.#pattern.programSize())} steps over a text of ${String(text.length)} characters`
      throw new MapError('too-slow', `${found}, expected at most ${String(mostSteps)} of both together; use a simpler pattern, or $substring first`)
    }
    if (performance.now() > this.#until) {
      throw new MapError(
        'too-slow',
        `mapping: searches one text for longer than ${String(budget.milliseconds)} ms; use a simpler pattern or a shorter text`,
      )
    }
  }
}

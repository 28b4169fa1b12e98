import { functionError } from './mapping-function.ts'
import { quote } from './words.ts'

/** What each run of letters of a format reads. */
const parts: ReadonlyMap<string, string> = new Map([
  ['yyyy', '(?<year>\\d{4})'],
  ['MM', '(?<month>\\d{2})'],
  ['M', '(?<month>\\d{1,2})'],
  ['dd', '(?<day>\\d{2})'],
  ['d', '(?<day>\\d{1,2})'],
  ['HH', '(?<hour>\\d{2})'],
  ['H', '(?<hour>\\d{1,2})'],
  ['hh', '(?<hour>\\d{2})'],
  ['h', '(?<hour>\\d{1,2})'],
  ['mm', '(?<minute>\\d{2})'],
  ['m', '(?<minute>\\d{1,2})'],
  ['ss', '(?<second>\\d{2})'],
  ['s', '(?<second>\\d{1,2})'],
  ['SSS', '(?<fraction>\\d{3})'],
  ['a', '(?<half>[AaPp][Mm]|上午|下午)'],
])

const longestFormat = 60
const formatsKept = 500
const compiled = new Map<string, RegExp>()

/**
 * A format of letters, such as `dd/MM/yyyy HH:mm`, as a pattern whose groups are the parts of a time. Every part is of bounded length.
 * Errors: MapError for a format without a date, or with letters that mean nothing.
 */
export function timePattern(format: string): RegExp {
  let pattern = compiled.get(format)
  if (pattern === undefined) {
    pattern = compile(format)
    if (compiled.size >= formatsKept) compiled.clear()
    compiled.set(format, pattern)
  }
  return pattern
}

function compile(format: string): RegExp {
  const wrong = (problem: string): Error =>
    functionError(
      'unknown-value',
      '$instant(format)',
      `${quote(format)} ${problem}; use american, iso, s, ms, excel, or ${[...parts.keys()].join(' ')}`,
    )
  if (format.length > longestFormat) throw wrong('is no format')
  const seen = new Set<string>()
  const source = format.replace(/([A-Za-z])\1*|[^A-Za-z]/g, (run: string) => {
    if (!/[A-Za-z]/.test(run)) return run === ' ' ? ' +' : run.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
    // a T between date and time, as ISO has it
    if (run === 'T') return 'T'
    const part = parts.get(run)
    if (part === undefined) throw wrong(`has ${quote(run)}, which means nothing`)
    const name = /<(\w+)>/.exec(part)?.[1] ?? ''
    if (seen.has(name)) throw wrong(`names the ${name} twice`)
    seen.add(name)
    return part
  })
  for (const needed of ['year', 'month', 'day']) if (!seen.has(needed)) throw wrong(`names no ${needed}`)
  return new RegExp(`^${source}$`)
}

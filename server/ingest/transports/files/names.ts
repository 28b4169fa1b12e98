import type { FileOptions } from './options.ts'

/** What programs call a file while they write it. */
const unfinished = ['.tmp', '.temp', '.part', '.partial', '.filepart', '.crdownload', '.swp', '~']
const markers = ['.ok', '.done']

export interface Names {
  /** a file to take, once it is complete */
  isWanted(name: string): boolean
  /** an .ok or .done: never taken itself */
  isMarker(name: string): boolean
}

/** Which names of a folder concern a feed. Hidden files, and names that say "not yet finished", never do. */
export function namesOf(options: Pick<FileOptions, 'pattern' | 'complete'>): Names {
  const patterns = [options.pattern].flat().map((pattern) => pattern.toLowerCase())
  const isMarker = (name: string): boolean => options.complete === 'marker' && endsWithAny(name.toLowerCase(), markers)
  return {
    isMarker,
    isWanted(name) {
      const lower = name.toLowerCase()
      if (lower.startsWith('.') || endsWithAny(lower, unfinished) || isMarker(name)) return false
      return patterns.some((pattern) => matches(lower, pattern))
    },
  }
}

/** What a file's marker may be called: `a.csv.ok`, `a.ok`, and the same with .done. */
export function markersOf(name: string): readonly string[] {
  const dot = name.lastIndexOf('.')
  const stems = dot > 0 ? [name, name.slice(0, dot)] : [name]
  return stems.flatMap((stem) => markers.flatMap((marker) => [stem + marker, stem + marker.toUpperCase()]))
}

const endsWithAny = (name: string, ends: readonly string[]): boolean => ends.some((end) => name.endsWith(end))

/** `*` is any characters, `?` is one. Remembers only the last `*`: at most name × pattern steps. */
export function matches(name: string, pattern: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let resume = 0
  while (at < name.length) {
    if (pattern[next] === '*') {
      star = next
      resume = at
      next += 1
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === name[at])) {
      at += 1
      next += 1
    } else if (star !== -1) {
      resume += 1
      at = resume
      next = star + 1
    } else return false
  }
  while (pattern[next] === '*') next += 1
  return next === pattern.length
}

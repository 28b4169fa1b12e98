import type { Translate } from '../../ui/format.ts'

/** What the server says of places in a sample and of refusals, in the page's language where its pattern is known. Pure. */

const patterns: readonly { readonly key: string; readonly like: RegExp }[] = [
  { key: 'line', like: /^(?:line|row) (?<n>\d+)$/ },
  { key: 'frame', like: /^frame (?<n>\d+)$/ },
  { key: 'message', like: /^message (?<n>\d+)$/ },
  { key: 'sheetRow', like: /^sheet (?<sheet>"(?:[^"\\]|\\.)*"|\d+) row (?<n>\d+)$/ },
  { key: 'rowOf', like: /^row (?<n>.+)$/ },
]

/** 第 2 行 of `line 2`; a path stays as it is written. */
export function placeWords(place: string, t: Translate): string {
  for (const { key, like } of patterns) {
    const groups = like.exec(place)?.groups
    if (groups !== undefined) return t(`bench.places.${key}`, groups)
  }
  return place
}

/** The parts of `place: found X, expected Y; cure`; undefined for a refusal said otherwise. */
export function refusalParts(detail: string): { readonly place: string; readonly found: string; readonly expected: string } | undefined {
  const groups = /^(?<place>[^:]{1,120}): found (?<found>[^]+?)(?:, |; )expected (?<expected>[^]+?)(?:; [^]*)?$/.exec(detail)?.groups
  if (groups === undefined) return undefined
  const { place = '', found = '', expected = '' } = groups
  return { place, found, expected }
}

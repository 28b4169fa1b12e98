import type { FeedProblem } from '../../../../contract/bench.ts'

/** Where things stand in a feed's YAML, as far as a page must know it without reading YAML itself. Pure. */

/** Value of a key at the file's left edge, without quotes and comment; undefined where it is not there or not on one line. */
export function topLevelValue(yaml: string, key: string): string | undefined {
  const line = yaml.split('\n').find((candidate) => candidate.startsWith(`${key}:`))
  const value = line
    ?.slice(key.length + 1)
    .replace(/\s#.*$/, '')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
  return value === undefined || value === '' ? undefined : value
}

/** Line of the file, from 1, at which a problem is shown; undefined for one of the file as a whole. */
export function lineOfProblem(yaml: string, { line, path, position }: FeedProblem): number | undefined {
  if (line !== undefined) return line
  if (path === '') return undefined
  const lines = yaml.split('\n')
  const [top = '', ...rest] = path.split(/[.[\]]+/).filter((part) => part !== '')
  const start = lines.findIndex((text) => text.startsWith(`${top}:`))
  if (start < 0) return undefined
  if (position !== undefined) return lineInBlock(lines, start, position)
  const leaf = rest.findLast((part) => !/^\d+$/.test(part))
  return leaf === undefined ? start + 1 : lineOfKey(lines, start, leaf)
}

/** The key's own line among those indented below; else the line of what they stand below. */
function lineOfKey(lines: readonly string[], start: number, key: string): number {
  const end = endOfBlock(lines, start)
  const found = lines
    .slice(start, end)
    .findIndex((text) => text.trimStart().replace(/^-\s*/, '').startsWith(`${key}:`) || text.includes(`{ ${key}:`) || text.includes(`, ${key}:`))
  return start + 1 + Math.max(0, found)
}

const endOfBlock = (lines: readonly string[], start: number): number => {
  const next = lines.findIndex((text, index) => index > start && /^\S/.test(text) && !text.startsWith('#'))
  return next < 0 ? lines.length : next
}

/** A position counts the characters of a block's text, which stands in the file with an indentation before each line. */
function lineInBlock(lines: readonly string[], start: number, position: number): number {
  if (!/[|>][-+0-9]*\s*(#.*)?$/.test(lines[start] ?? '')) return start + 1
  const body = lines.slice(start + 1, endOfBlock(lines, start))
  const indent = /^\s*/.exec(body.find((text) => text.trim() !== '') ?? '')?.[0].length ?? 0
  let left = position
  for (const [index, text] of body.entries()) {
    const length = Math.max(0, text.length - indent)
    if (left <= length) return start + 2 + index
    left -= length + 1
  }
  return start + 1 + body.length
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffHunks, diffLines } from '../../../client/src/desk/bench/line-diff.ts'

const signs = { same: ' ', added: '+', removed: '-' } as const
const drawn = (before: string, after: string): readonly string[] => diffLines(before, after).map(({ kind, text }) => signs[kind] + text)
const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 }).map((lines) => lines.map((line) => `${line}\n`).join(''))
const side = (before: string, after: string, gone: 'added' | 'removed'): string =>
  diffLines(before, after)
    .filter(({ kind }) => kind !== gone)
    .map((line) => `${line.text}\n`)
    .join('')

describe('a diff by lines', () => {
  it('tells what is gone before what came in its place, with both numbers', () => {
    expect(diffLines('id: a\nqos: 1\nzone: x\n', 'id: a\nqos: 0\nzone: x\nnew: 1\n')).toEqual([
      { kind: 'same', text: 'id: a', before: 1, after: 1 },
      { kind: 'removed', text: 'qos: 1', before: 2, after: undefined },
      { kind: 'added', text: 'qos: 0', before: undefined, after: 2 },
      { kind: 'same', text: 'zone: x', before: 3, after: 3 },
      { kind: 'added', text: 'new: 1', before: undefined, after: 4 },
    ])
  })
  it('keeps what moved apart as few lines as can be', () => {
    expect(drawn('a\nb\nc\nd\n', 'b\nx\nd\n')).toEqual(['-a', ' b', '-c', '+x', ' d'])
  })
  it('takes the ends of lines of other machines for the same', () => {
    expect(drawn('a\r\nb\r\n', 'a\nb\n')).toEqual([' a', ' b'])
  })
  it('is all old lines to nothing, and all new ones from it', () => {
    expect(drawn('', '')).toEqual([])
    expect(drawn('', 'a\n')).toEqual(['+a'])
    expect(drawn('a\n', '')).toEqual(['-a'])
  })
  it('always tells both texts whole', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(side(before, after, 'added')).toBe(before)
        expect(side(before, after, 'removed')).toBe(after)
      }),
    )
  })
  it('finds as many common lines as the slow way of the textbooks', () => {
    const longest = (a: readonly string[], b: readonly string[]): number => {
      const [x, y] = [a[0], b[0]]
      if (x === undefined || y === undefined) return 0
      if (x === y) return 1 + longest(a.slice(1), b.slice(1))
      return Math.max(longest(a.slice(1), b), longest(a, b.slice(1)))
    }
    const few = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 })
    fc.assert(
      fc.property(few, few, (a, b) => {
        const common = diffLines(a.map((line) => `${line}\n`).join(''), b.map((line) => `${line}\n`).join('')).filter(({ kind }) => kind === 'same')
        expect(common).toHaveLength(longest(a, b))
      }),
    )
  })
  it('tells a file too large to compare as replaced, and does not lose a line of it', () => {
    const many = (word: string): string => Array.from({ length: 2_100 }, (_, i) => `${word} ${String(i)}\n`).join('')
    const lines = diffLines(many('old'), many('new'))
    expect(lines.filter(({ kind }) => kind === 'removed')).toHaveLength(2_100)
    expect(lines.filter(({ kind }) => kind === 'added')).toHaveLength(2_100)
  })
})

describe('the hunks of a diff', () => {
  it('are changes with a few lines around, what lies far away left out', () => {
    const before = Array.from({ length: 30 }, (_, i) => `line ${String(i + 1)}\n`).join('')
    const after = before.replace('line 3\n', 'third\n').replace('line 25\n', '')
    const hunks = diffHunks(diffLines(before, after), 1)
    expect(hunks.map((hunk) => hunk.map(({ kind, text: line }) => signs[kind] + line))).toEqual([
      [' line 2', '-line 3', '+third', ' line 4'],
      [' line 24', '-line 25', ' line 26'],
    ])
  })
  it('are none without a change', () => {
    expect(diffHunks(diffLines('a\n', 'a\n'))).toEqual([])
  })
})

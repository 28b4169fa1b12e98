import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFigure } from '../../server/entry/cell-number.ts'
import type { Cell } from '../../server/ingest/codecs/sheet.ts'

const read = (cell: Cell, unitOfMeasure = '件', isPercentCell = false) => readFigure({ cell, unitOfMeasure, isPercentCell })
const figure = (value: number) => ({ is: 'figure', value })
const none = { is: 'none' }
const problem = (code: string, expected: string) => ({ is: 'problem', code, expected })

describe('a figure as people write it', () => {
  it.each<readonly [Cell, string, number]>([
    [0, '件', 0],
    [-3.5, '件', -3.5],
    ['0', '件', 0],
    ['１２３４', '件', 1_234],
    ['1,234,567', '件', 1_234_567],
    ['１，２３４．５', '件', 1_234.5],
    [' 12 ', '件', 12],
    ['−5', '件', -5],
    ['－５', '件', -5],
    ["'120", '件', 120],
    ['\u200b120\ufeff', '件', 120],
    ['1.2万', '人', 12_000],
    ['５亿', '条', 500_000_000],
    ['0.07万', '人', 700],
    ['98.5%', '%', 98.5],
    ['９８．５％', '%', 98.5],
    ['98.5', '%', 98.5],
    ['120件', '件', 120],
    ['1.2 万人', '人', 12_000],
    ['3', '万元', 3],
    ['3万元', '万元', 3],
  ])('%j in %s is %d', (cell, unit, value) => {
    expect(read(cell, unit)).toEqual(figure(value))
  })

  it('in a cell shown as a percentage is what one sees: 0.985 is 98.5 %', () => {
    expect(read(0.985, '%', true)).toEqual(figure(98.5))
    expect(read(0.07, '%', true)).toEqual(figure(7))
    expect(read('98.5', '%', true)).toEqual(figure(98.5))
    expect(read(0.985, '%')).toEqual(figure(0.985))
  })

  it.each<Cell>([null, '', '   ', '-', '—', '——', '－', '/', '／', '无', '暂无', '空', '缺测', '未上报', 'N/A', 'ｎ/ａ', 'NULL'])(
    'there is none in %j, and never 0',
    (cell) => {
      expect(read(cell)).toEqual(none)
    },
  )

  it.each<readonly [Cell, string, boolean, string]>([
    ['约120', '件', false, 'not-a-number'],
    ['一百二十', '件', false, 'not-a-number'],
    ['12-13', '件', false, 'not-a-number'],
    ['1,23', '件', false, 'not-a-number'],
    ['1.2.3', '件', false, 'not-a-number'],
    ['120 130', '件', false, 'not-a-number'],
    ['1 234 567', '件', false, 'not-a-number'],
    ['12　5', '件', false, 'not-a-number'],
    ['1. 5', '件', false, 'not-a-number'],
    ['#DIV/0!', '件', false, 'not-a-number'],
    ['件', '件', false, 'not-a-number'],
    ['=1+1', '件', false, 'not-a-number'],
    [true, '件', false, 'not-a-number'],
    [Number.NaN, '件', false, 'not-a-number'],
    [Infinity, '件', false, 'not-a-number'],
    ['9e999', '件', false, 'not-a-number'],
    [new Date(0), '件', false, 'date'],
    ['50%', '件', false, 'percent'],
    [0.5, '件', true, 'percent'],
    ['1.2万', '万元', false, 'double-scale'],
    ['1.2亿', '万条', false, 'double-scale'],
  ])('%j in %s (percentage: %s) is told as %s', (cell, unit, isPercentCell, code) => {
    expect(read(cell, unit, isPercentCell)).toEqual(problem(code, unit))
  })

  it('is never anything but a finite number, none, or a problem, whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
        fc.constantFrom('件', '%', '万元', ''),
        fc.boolean(),
        (...given) => {
          const told = read(...given)
          if (told.is === 'figure') expect(Number.isFinite(told.value)).toBe(true)
        },
      ),
    )
  })
})

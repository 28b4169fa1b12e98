import { strToU8, unzipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EntryCheck } from '../../contract/entry.ts'
import writeSheet from 'write-excel-file/node'
import type { Cell } from 'write-excel-file/node'
import { itemName } from '../../server/entry/items.ts'
import { readWorkbook } from '../../server/entry/workbook.ts'
import { readSheetRows } from '../../server/ingest/codecs/sheet.ts'
import { row, workbook } from '../ingest/codecs/workbook.ts'
import { cellsOf, filled, firstRow, idColumn, save, valueColumn } from './returned.ts'
import { endOfOctober, endOfSeptember, entry, Surroundings } from './setting.ts'

const month = '2026-10'
const district = '620802'
const { desk } = new Surroundings()
const template = (await desk.template(district, month)).bytes
const check = async (bytes: Buffer, around = new Surroundings()): Promise<EntryCheck> => await around.desk.checkFile(district, bytes)
const put = async (values: Readonly<Record<string, Cell>>, around?: Surroundings): Promise<EntryCheck> =>
  await check(await filled(template, values), around)
/** what was refused, shortly: code, place, what stood there and what would be right */
const problems = ({ problems: all }: EntryCheck) =>
  all.map(({ code, row, column, found, expected }) => [code, `${column ?? ''}${String(row ?? '')}`, found, expected])
/** rows of a sheet made by hand: 编号 in column A, the value in B */
const returnedRows = (cells: readonly (readonly (string | number)[])[]): string =>
  [['填报月份', month, '模板版本', '1', '区划代码', district], ['编号', '数值'], ...cells].map((each, index) => row(index + 1, each)).join('')
const figure = (given: object) => ({ remark: undefined, latest: undefined, ...given })

describe('the template', () => {
  it('asks by name and id for each figure that people fill in, members apart, with its unit, and nothing else', async () => {
    const cells = await cellsOf(template)
    expect(cells.slice(0, 2)).toEqual([
      ['崆峒区指标填报表（2026年10月）', null, null, null, null, null],
      ['填报月份', '2026-10', '模板版本', '1', '区划代码', '620802'],
    ])
    expect(cells.slice(firstRow - 1)).toEqual([
      ['指标/数据项', '编号（勿改）', '单位/成员', '计量单位', '数值', '备注'],
      ['申报易用性', 'indicator/usability', null, '分', null, null],
      ['=查询准确率', 'indicator/hit_rate', null, '%', null, null],
      ['抽样查询', 'input/sampled', null, '次', null, null],
      ['政府网站', 'input/sites/dongguan', '东关街道办事处', '个', null, null],
      ['政府网站', 'input/sites/housing', '住建局', '个', null, null],
      ['年度应回流办件', 'input/annual/dongguan', '东关街道办事处', '件', null, null],
      ['年度应回流办件', 'input/annual/housing', '住建局', '件', null, null],
      ['一件事办件', 'input/themed/birth', '新生儿出生', '件', null, null],
    ])
  })

  it('has a Chinese name, and no formula, whatever a name begins with', async () => {
    expect((await desk.template(district, month)).fileName).toBe('崆峒区指标填报表-2026-10.xlsx')
    const parts = unzipSync(new Uint8Array(template))
    expect(Buffer.from(parts['xl/worksheets/sheet1.xml'] ?? []).toString()).not.toMatch(/<f[\s>]/)
    expect(Buffer.from(parts['xl/sharedStrings.xml'] ?? []).toString()).toContain('=查询准确率')
  })

  it('leaves out what a feed reports, and asks for it again when the feed is gone or has long been silent', async () => {
    const asked = async (around: Surroundings) =>
      (await cellsOf((await around.desk.template(district, month)).bytes)).slice(firstRow).map((row) => row[idColumn])
    const around = new Surroundings()
    around.newest = { usability: { at: endOfOctober, value: 90, feed: 'indicators' }, '/sampled//': { at: endOfSeptember, value: 5, feed: 'manual' } }
    expect(await asked(around)).not.toContain('indicator/usability')
    expect(await asked(around)).toContain('input/sampled')
    around.feeds = new Map()
    expect(await asked(around)).toContain('indicator/usability')
    const silent = new Surroundings()
    silent.newest = { usability: { at: Date.parse('2026-07-31T12:00:00+08:00'), value: 90, feed: 'indicators' } }
    expect(await asked(silent)).toContain('indicator/usability')
  })
})

describe('a returned sheet', () => {
  it('is understood by id, with what each value would stand beside; empty rows change nothing', async () => {
    const around = new Surroundings()
    around.newest = { '/sites/housing/': { at: endOfSeptember, value: 3, feed: 'manual' } }
    expect(await put({ 'indicator/usability': 92.5, 'input/sites/housing': '４' }, around)).toEqual({
      month,
      sheet: '填报',
      figures: [
        figure({ indicator: 'usability', row: 5, value: 92.5 }),
        figure({ input: 'sites', of: 'housing', row: 9, value: 4, latest: { value: 3, at: endOfSeptember, feed: 'manual' } }),
      ],
      problems: [],
      skipped: 6,
    })
  })

  it('is understood in another order, with lines above, columns moved, other rows gone, a remark and another sheet name', async () => {
    const cells = await cellsOf(template)
    const [head = [], ...rows] = cells.slice(firstRow - 1).map((row) => [row[5], row[4], row[0], row[1]])
    const [, second = [], third = []] = rows
    const returned = [
      ['已核'],
      [],
      ...cells.slice(0, 2),
      ['附言'],
      head,
      ['抽查两次', '1.2万', third[2], third[3]],
      ['', '98.5%', second[2], second[3]],
    ]
    const told = await check(await save(returned, 'Sheet1'))
    expect(told).toEqual({
      month,
      sheet: 'Sheet1',
      figures: [figure({ input: 'sampled', row: 7, value: 12_000, remark: '抽查两次' }), figure({ indicator: 'hit_rate', row: 8, value: 98.5 })],
      problems: [],
      skipped: 0,
    })
  })

  it('takes a cell shown as a percentage for what one sees, and not where the unit is another', async () => {
    const told = await put({
      'indicator/hit_rate': { value: 0.985, type: Number, format: '0.0%' },
      'input/sampled': { value: 0.5, type: Number, format: '0%' },
    })
    expect(told.figures).toEqual([figure({ indicator: 'hit_rate', row: 6, value: 98.5 })])
    expect(problems(told)).toEqual([['percent', 'E7', '0.5', '次']])
  })

  it('knows a percentage from a % that is only written beside the number', async () => {
    const told = await put({ 'input/sampled': { value: 12, type: Number, format: '0"%"' } })
    expect(told.figures).toEqual([figure({ input: 'sampled', row: 7, value: 12 })])
  })

  it('tells each bad row by its place, its reason and what would be right, and takes the others', async () => {
    const cells = await cellsOf(template)
    const rowWith = (name: string, value: Cell) => ['…', name, null, null, value, null]
    const returned = [
      ...cells.slice(0, firstRow),
      rowWith('indicator/usability', '一百'),
      rowWith('indicator/hit_rate', 100.5),
      rowWith('input/sites/paris', 3),
      rowWith('input/sites', 3),
      rowWith('input/nothing', 3),
      rowWith('input/reported/housing', 3),
      rowWith('indicator/satisfaction', 90),
      rowWith('', 12),
      rowWith('input/sampled', new Date(Date.UTC(2026, 9, 1))),
      rowWith('input/sites/housing', 7),
      rowWith('input/sites/dongguan', 1),
      rowWith('input/sites/dongguan', 2),
      rowWith('input/themed/birth', 5),
      rowWith('input/themed/birth', '５'),
    ]
    const told = await check(await save(returned))
    expect(problems(told)).toEqual([
      ['not-a-number', 'E5', '一百', '分'],
      ['out-of-range', 'E6', '100.5', '0 – 100 %'],
      ['unknown-member', 'E7', 'input/sites/paris', ''],
      ['unknown-member', 'E8', 'input/sites', ''],
      ['unknown-id', 'E9', 'input/nothing', ''],
      ['not-entered', 'E10', 'input/reported/housing', ''],
      ['not-entered', 'E11', 'indicator/satisfaction', ''],
      ['no-id', 'E12', '12', ''],
      ['date', 'E13', '2026-10-01', '次'],
      ['two-values', 'E16', '2', '15'],
    ])
    expect(told.figures).toEqual([
      figure({ input: 'sites', of: 'housing', row: 14, value: 7 }),
      figure({ input: 'themed', of: 'birth', row: 17, value: 5 }),
    ])
  })

  it('refuses each row of a merged value, and no merged name beside or title above', async () => {
    const cells = await cellsOf(template)
    const rows = cells.slice(firstRow)
    const merged = rows.map((row, index) => {
      const value: Cell = index === 3 ? { value: 8, type: Number, rowSpan: 2 } : index === 5 ? 6 : null
      const title: Cell = index === 5 ? { value: '年度应回流办件', type: String, rowSpan: 2 } : null
      return row.with(valueColumn, value).with(0, title)
    })
    const told = await check(await save([[{ value: '填报表', type: String, columnSpan: 6 }], ...cells.slice(1, firstRow), ...merged]))
    expect(problems(told)).toEqual([
      ['merged', 'E8', '8', 'E8:E9'],
      ['merged', 'E9', '', 'E8:E9'],
    ])
    expect(told.figures).toEqual([figure({ input: 'annual', of: 'dongguan', row: 10, value: 6 })])
  })

  it('refuses each row of merged values that overlap, in whatever order they are told', async () => {
    const ranges = ['B8:B9', 'A10:A11', 'B3:B6', 'B4:B5'].map((range) => `<mergeCell ref="${range}"/>`).join('')
    const rows = returnedRows(Array.from({ length: 9 }, () => ['input/sampled', 5]))
    const told = await check(workbook(rows, { behind: `<mergeCells>${ranges}</mergeCells>` }))
    expect(told.problems.map(({ code, row: at, expected }) => [code, at, expected])).toEqual([
      ...[3, 4, 5, 6].map((at) => ['merged', at, 'B3:B6']),
      ...[8, 9].map((at) => ['merged', at, 'B8:B9']),
    ])
    expect(told.figures).toEqual([figure({ input: 'sampled', row: 7, value: 5 })])
  })

  it('refuses what a feed reports by the name of that feed, and what waits already by who proposed it', async () => {
    const around = new Surroundings()
    around.newest = { usability: { at: endOfOctober, value: 90, feed: 'indicators' } }
    around.entries = [
      entry(),
      entry({ id: 'E2', state: 'rejected', figures: [{ indicator: 'hit_rate', input: undefined, of: undefined, at: endOfOctober, value: 1 }] }),
    ]
    const told = await put({ 'indicator/usability': 91, 'input/sampled': 130, 'indicator/hit_rate': 98 }, around)
    expect(problems(told)).toEqual([
      ['given-by-feed', 'E5', '91', 'indicators 平台'],
      ['waiting', 'E7', '130', '填报员甲'],
    ])
    expect(told.figures).toEqual([figure({ indicator: 'hit_rate', row: 6, value: 98 })])
  })

  it('keeps to the rules of the feed `manual`', async () => {
    const around = new Surroundings()
    const manual = around.feeds.get('manual')!
    around.feeds = new Map([['manual', { ...manual, admission: { ...manual.admission, ranges: { sampled: [0, 100] } } }]])
    expect(problems(await put({ 'input/sampled': 101 }, around))).toEqual([
      ['refused', 'E7', '101', expect.stringMatching(/^value: found 101, expected 0 to 100; /)],
    ])
  })

  it('never executes a formula: its stored value counts, and one without is told by its cell', async () => {
    const told = await put({ 'input/sampled': { value: '1+1', type: 'Formula' } })
    expect([told.figures, problems(told), told.skipped]).toEqual([[], [['no-stored-value', 'E7', '=1+1', '次']], 7])
  })

  it('tells errors of a spreadsheet by their cells; an empty text that a formula gave is no figure', async () => {
    const valueCells = [
      '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
      '<c t="e"><v>#N/A</v></c>',
      '<c t="str"><f>A1</f><v></v></c>',
      '<c><f>A1&amp;B1</f><v/></c>',
    ]
    const ids = ['indicator/usability', 'input/sampled', 'input/sites/housing', 'input/themed/birth']
    const told = await check(workbook(returnedRows(valueCells.map((cell, index) => [ids[index] ?? '', cell]))))
    expect(problems(told)).toEqual([
      ['error-cell', 'B3', '#DIV/0!', '分'],
      ['error-cell', 'B4', '#N/A', '次'],
      ['no-stored-value', 'B6', '=A1&B1', '件'],
    ])
    expect([told.figures, told.skipped]).toEqual([[], 1])
  })

  it('is read by position where its cells do not say where they are', async () => {
    const rows = returnedRows([
      ['input/sampled', 5],
      ['indicator/hit_rate', '<c t="e"><v>#REF!</v></c>'],
    ])
    const told = await check(workbook(rows.replace(/ r="[A-Z]*\d+"/g, '')))
    expect(told.figures).toEqual([figure({ input: 'sampled', row: 3, value: 5 })])
    expect(problems(told)).toEqual([['error-cell', 'B4', '#REF!', '%']])
  })
})

/** A square of any of them would take minutes. */
describe('a file made to be slow is answered without delay', () => {
  const times = 100_000
  const ranges = (count: number): string =>
    `<mergeCells>${Array.from({ length: count }, (_, at) => `<mergeCell ref="B${String(at + 1)}:B20000"/>`).join('')}</mergeCells>`
  const long = returnedRows(Array.from({ length: 10_000 }, () => ['input/sampled', 1]))
  /** packs badly, so that what stands beside it may pack well */
  const noise = Array.from({ length: 20_000 }, (_, at) => ((at * 2_654_435_761) % 4_294_967_296).toString(36)).join('')
  const withPart = (name: string, xml: string): Buffer => workbook(row(1, ['a']), { more: { [name]: strToU8(xml) } })

  it.each([
    ['tags of sheets that do not end', withPart('xl/workbook.xml', '<sheet '.repeat(times)), 'damaged-workbook'],
    ['tags of styles that do not end', withPart('xl/styles.xml', '<cellXfs '.repeat(times)), 'damaged-workbook'],
    ['tags of cells that do not end', withPart('xl/worksheets/sheet2.xml', '<c r="'.repeat(times)), 'no-table'],
    ['a text of brackets', workbook(row(1, ['('.repeat(times)])), 'no-table'],
    ['more cells than any table', workbook(`<row r="1">${'<c/>'.repeat(300_001)}</row><!--${noise}-->`), 'too-large'],
    ['more merged cells than any table', workbook(long, { behind: ranges(10_001) }), 'too-many-merges'],
  ])(
    '%s',
    async (_what, bytes, code) => {
      const started = performance.now()
      expect(problems(await check(bytes))).toEqual([[code, '', '', '']])
      expect(performance.now() - started).toBeLessThan(10_000)
    },
    60_000,
  )
})

describe('a file of the desk', () => {
  it('does not wait for those of feeds', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => row(at + 1, [at])).join('')
    const order: string[] = []
    const feeds = Array.from({ length: 3 }, async () => {
      await readSheetRows(workbook(rows), 1, { queue: 'feeds', mostRows: 20_000, timeoutMs: 60_000 })
      order.push('feed')
    })
    await check(template)
    order.push('desk')
    await Promise.all(feeds)
    expect(order.at(-1)).toBe('feed')
  }, 60_000)
})

describe('a file that is none', () => {
  const first = async (bytes: Buffer, around?: Surroundings) => {
    const told = await check(bytes, around)
    expect(told.figures).toEqual([])
    return problems(told)
  }
  const withHead = async (change: (head: unknown[]) => unknown[]): Promise<Buffer> => {
    const cells = await cellsOf(template)
    return await save([...cells.slice(0, 1), change(cells[1] ?? []) as Cell[], ...cells.slice(2)])
  }

  it.each([
    ['nothing', Buffer.alloc(0), 'empty-file'],
    ['CSV', Buffer.from('指标,编号,数值\n抽样查询,input/sampled,3\n'), 'not-a-workbook'],
    ['an .xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]), 'old-workbook'],
    [
      'a workbook with a password',
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('EncryptedPackage', 'utf16le')]),
      'locked-workbook',
    ],
    ['half of a template', template.subarray(0, template.length / 2), 'damaged-workbook'],
  ])('%s is told', async (_what, bytes, code) => {
    expect(await first(bytes)).toEqual([[code, '', '', '']])
  })

  it('without the table, of another version or district, or without a month is told with what would be right', async () => {
    expect(await first(await save([['别的表'], ['编号', '值']]))).toEqual([['no-table', '', '', '']])
    expect(await first(await withHead((head) => head.with(3, '0')))).toEqual([['wrong-version', '', '0', '1']])
    expect(await first(await withHead((head) => head.with(5, 'la')))).toEqual([['other-district', '', 'la', '620802']])
    expect(await first(await withHead((head) => head.with(1, '十月')))).toEqual([['no-month', '', '', 'YYYY-MM']])
  })

  it('of a month that is not over is told with the last one that is', async () => {
    expect(await first(await withHead((head) => head.with(1, '2026-11')))).toEqual([['month-not-over', '', '2026-11', '2026-10']])
    const later = new Surroundings()
    later.now = Date.parse('2026-12-01T00:00:00+08:00')
    expect((await check(await withHead((head) => head.with(1, '2026-11')), later)).problems).toEqual([])
  })

  it.each(['2026-10', '2026年10月', '2026/10', '2026.10', new Date(Date.UTC(2026, 9, 1))])('knows its month as %s', async (written) => {
    expect((await check(await withHead((head) => head.with(1, written)))).month).toBe(month)
  })
})

describe('the way out and back', () => {
  /** 0.985 as 0.985 · ０．９８５ · 1,234 · 1.2万 · in a cell shown as a percentage, where the unit is one */
  const notations: readonly ((value: number, isPercent: boolean) => Cell)[] = [
    (value) => value,
    (value) => String(value),
    (value) => String(value).replace(/[\d.]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
    (value) => value.toLocaleString('en-US', { maximumFractionDigits: 4 }),
    (value) => value.toLocaleString('en-US', { maximumFractionDigits: 4 }).replaceAll(',', '，'),
    (value) => `${String(value / 10_000)}万`,
    (value) => ` ${String(value)} `,
    (value, isPercent) => (isPercent ? `${String(value)}%` : value),
    (value, isPercent) => (isPercent ? { value: value / 100, type: Number, format: '0.00%' } : String(value)),
  ]
  const names = [
    'indicator/usability',
    'indicator/hit_rate',
    'input/sampled',
    'input/sites/dongguan',
    'input/annual/housing',
    'input/themed/birth',
  ] as const

  it('brings the same numbers back, in whatever notation they were written', async () => {
    const written = fc.record({ whole: fc.integer({ min: 0, max: 9_999_999 }), notation: fc.nat(notations.length - 1) })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), written, { noNullPrototype: true }), async (given) => {
        const valueOf = (name: string, whole: number): number => (name.startsWith('indicator/') ? (whole % 100_001) / 1_000 : whole)
        const expected = names.flatMap((name) => (given[name] === undefined ? [] : [[name, valueOf(name, given[name].whole)] as const]))
        const cells = Object.fromEntries(
          expected.map(([name, value]) => [name, notations[given[name]?.notation ?? 0]!(value, name === 'indicator/hit_rate')]),
        )
        const told = await put(cells)
        expect(told.problems).toEqual([])
        expect(told.figures.map(({ indicator, input, of, value }) => [itemName({ indicator, input, of }), value])).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  it('knows a sheet by its name, with what XML writes otherwise, and its percentages', async () => {
    const read = await readWorkbook(await writeSheet([['a', { value: 0.5, type: Number, format: '0%' }]], { sheet: '填&报' }).toBuffer())
    expect(read.ok && [read.value.name, [...read.value.marks.percents]]).toEqual(['填&报', ['B1']])
  })
})

import { randomBytes } from 'node:crypto'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import writeWorkbook from 'write-excel-file/node'
import { limits, messagesOf, refusalOf, valuesOf } from './decoding.ts'
import { row, workbook } from './workbook.ts'

// each workbook is read in a thread of its own, which a busy machine is slow to start
const patience = { timeout: 60_000 }

describe('rows of a sheet', patience, () => {
  it('are objects by column name, with their places', async () => {
    const body = workbook(row(1, ['断面', '水位']) + row(2, ['八里桥', 1265.32]) + row(4, ['崆峒峡', '1402.10']))
    expect(await messagesOf('xlsx', body)).toEqual([
      { value: { 断面: '八里桥', 水位: 1265.32 }, place: 'sheet 1 row 2' },
      { value: { 断面: '崆峒峡', 水位: '1402.10' }, place: 'sheet 1 row 4' },
    ])
    expect((await messagesOf('xlsx', body, { options: { sheet: '一月' } })).map(({ place }) => place)).toEqual([
      'sheet "一月" row 2',
      'sheet "一月" row 4',
    ])
  })

  it('are found as another program writes them', async () => {
    const at = new Date('2026-11-23T14:21:08Z')
    const written = await writeWorkbook([
      [{ value: '时间' }, { value: '数' }, { value: '真' }],
      [
        { value: at, type: Date, format: 'yyyy-mm-dd hh:mm:ss' },
        { value: 7, type: Number },
        { value: true, type: Boolean },
      ],
    ]).toBuffer()
    expect(await valuesOf('xlsx', written)).toEqual([{ 时间: '2026-11-23 14:21:08', 数: 7, 真: true }])
  })

  it('have dates as local times, to the second, in both calendars; a time alone is a time', async () => {
    const cells = ['<c s="1"><v>46349.598009259258</v></c>', '<c s="2"><v>0.34375</v></c>', 46349]
    const rows = row(1, ['时间', '时刻', '序号']) + row(2, cells)
    expect(await valuesOf('xlsx', workbook(rows))).toEqual([{ 时间: '2026-11-23 14:21:08', 时刻: '08:15:00', 序号: 46349 }])
    const from1904 = row(1, ['时间']) + row(2, ['<c s="1"><v>44887.598009259258</v></c>'])
    expect(await valuesOf('xlsx', workbook(from1904, { properties: 'date1904="1"' }))).toEqual([{ 时间: '2026-11-23 14:21:08' }])
  })

  it('take the stored value of a formula, and leave out errors and formulas without one', async () => {
    const cells = ['<c><f>1+1</f><v>2</v></c>', '<c><f>NOW()</f></c>', '<c t="str"><f>A1</f><v>=cmd</v></c>', '<c t="e"><v>#N/A</v></c>', '—']
    expect(await valuesOf('xlsx', workbook(row(1, ['a', 'b', 'c', 'd', 'e']) + row(2, cells)))).toEqual([{ a: 2, c: '=cmd' }])
  })

  it('fill merged cells down, skip what is no row, and take names from elsewhere', async () => {
    const rows = [
      row(1, ['水质日报']),
      row(2, ['河流', '断面']),
      row(3, ['（名称）', '（名称）']),
      row(4, ['泾河', '八里桥']),
      row(5, ['<c/>', '崆峒峡']),
      row(6, ['制表人']),
    ]
    const expected = [
      { 河流: '泾河', 断面: '八里桥' },
      { 河流: '泾河', 断面: '崆峒峡' },
    ]
    const options = { headerRow: 2, skipRows: 1, footerRows: 1, fillDown: ['河流'] }
    expect(await valuesOf('xlsx', workbook(rows.join('')), { options })).toEqual(expected)
    const named = { columns: ['河流', '断面'], headerRow: 4, footerRows: 1, fillDown: ['河流'] }
    expect(await valuesOf('xlsx', workbook(rows.join('')), { options: named })).toEqual(expected)
  })

  it('stand behind the one before where they do not say where they are', async () => {
    const plain = '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
    const skipping = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="B5"><v>4</v></c></row><row><c/><c><v>6</v></c></row>'
    expect(await valuesOf('xlsx', workbook(plain + skipping))).toEqual([{ a: 1, b: 2 }, { b: 4 }, { b: 6 }])
    const places = (await messagesOf('xlsx', workbook(plain + skipping))).map((message) => 'place' in message && message.place)
    expect(places).toEqual(['sheet 1 row 2', 'sheet 1 row 5', 'sheet 1 row 6'])
  })

  it('may be none', async () => {
    expect(await messagesOf('xlsx', workbook(''))).toEqual([])
    expect(await messagesOf('xlsx', workbook(row(1, ['a'])))).toEqual([])
  })
})

describe('a workbook is refused', patience, () => {
  const compound = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)])

  it.each([
    ['of before 2007', compound, 'unsupported-media-type', /an \.xls file of Excel 97-2003; save it as \.xlsx/],
    ['with a password', Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')]), 'bad-compression', /password; save it without/],
    ['that is a page', Buffer.from('<html><table>'), 'bad-syntax', /no \.xlsx workbook; /],
    ['that is another archive', Buffer.from(zipSync({ 'a.txt': new Uint8Array(3) })), 'bad-syntax', /no \.xlsx workbook; /],
    ['cut in half', workbook(row(1, ['a'])).subarray(0, 300), 'bad-compression', /the archive is broken; send the whole/],
    ['with a broken part', workbook('<row r="1"><c r="A1"'), 'bad-syntax', /not readable as a workbook .*; open it and save it anew/],
  ])('%s', async (_what, body, code, detail) => {
    const refusal = await refusalOf('xlsx', body)
    expect(refusal).toMatchObject({ stage: 'decode', code })
    expect(refusal.detail).toMatch(detail)
  })

  it('without the sheet that was named, telling those it has', async () => {
    const body = workbook(row(1, ['a']))
    const detail = 'body: no sheet "二月"; its sheets are "一月": name one in codec.sheet'
    expect(await refusalOf('xlsx', body, { options: { sheet: '二月' } })).toEqual({ stage: 'decode', code: 'bad-shape', detail })
    expect(await refusalOf('xlsx', body, { options: { sheet: 3 } })).toMatchObject({ code: 'bad-shape' })
    expect(await refusalOf('xlsx', body, { options: { headerRow: 9 } })).toMatchObject({
      detail: 'sheet 1 row 9: no names of columns; say where they are in codec.headerRow',
    })
  })

  it('that unpacks to more than may be, or packs more than a sheet can', async () => {
    const zeros = new Uint8Array(2 * 1024 * 1024)
    expect(await refusalOf('xlsx', workbook('', { more: { 'xl/worksheets/sheet2.xml': zeros } }))).toMatchObject({
      code: 'too-large',
      detail: expect.stringContaining('more than 300 times its size') as string,
    })
    const noise = randomBytes(600_000)
    const few = { ...limits, mostBytes: 1_000_000 }
    const two = workbook('', { more: { 'a.xml': noise, 'b.xml': noise } })
    expect(await refusalOf('xlsx', two, { limits: few })).toMatchObject({ code: 'too-large' })
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`${String(at)}.xml`, new Uint8Array(1)]))
    expect((await refusalOf('xlsx', workbook('', { more: many }))).detail).toMatch(/more than 1000 entries/)
  })

  it('in which an entry lies about its size is cut, and does not grow', async () => {
    const body = workbook(row(1, ['a']), { more: { 'xl/comments.xml': new Uint8Array(2 * 1024 * 1024) } })
    const name = Buffer.from('xl/comments.xml')
    const directory = body.lastIndexOf(name) - 46
    body.writeUInt32LE(100, directory + 24)
    expect(await messagesOf('xlsx', body)).toEqual([])
  })

  it('holding another workbook is read without looking into it', async () => {
    const inner = workbook(row(1, ['x']))
    expect(await valuesOf('xlsx', workbook(row(1, ['a']) + row(2, [1]), { more: { 'xl/embeddings/inner.xlsx': inner } }))).toEqual([{ a: 1 }])
  })

  it.each([
    ['row', '<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>'],
    ['row written as an entity', '<row r="&#52;000000000"><c r="A2"><v>1</v></c></row>'],
    ['column', '<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>'],
    ['corner', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'],
  ])('with a %s at the end of the world', async (_what, far) => {
    const refusal = await refusalOf('xlsx', workbook(row(1, ['a']) + far))
    expect(refusal).toMatchObject({ code: 'too-large', detail: expect.stringContaining('cells so far out') as string })
    // and the next workbook has its thread
    expect(await valuesOf('xlsx', workbook(row(1, ['a']) + row(2, [1])))).toEqual([{ a: 1 }])
  })

  it('but not for a format that somebody gave to its last row', async () => {
    const body = workbook(`${row(1, ['a'])}${row(2, [1])}<row r="1048576"><c r="A1048576" s="0"/></row>`)
    expect(await valuesOf('xlsx', body)).toEqual([{ a: 1 }])
  })

  it('in a thread of its own, while everything else goes on', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => row(at + 2, ['断面', at, '2026-11-23 14:21:08', at / 7]))
    const body = workbook(row(1, ['a', 'b', 'c', 'd']) + rows.join(''))
    let turns = 0
    const turning = setInterval(() => (turns += 1), 1)
    expect(await valuesOf('xlsx', body)).toHaveLength(20_000)
    clearInterval(turning)
    expect(turns).toBeGreaterThan(10)
  })

  it('with more rows than may be, once, however many more there are', async () => {
    const few = { ...limits, mostMessages: 1 }
    const warnings: string[] = []
    const warn = ({ name }: Error): void => void warnings.push(name)
    process.on('warning', warn)
    const long = workbook(Array.from({ length: 20_000 }, (_, at) => row(at + 1, [at])).join(''))
    expect(await refusalOf('xlsx', long, { limits: few })).toMatchObject({ code: 'too-large' })
    // the next one has had its turn when all that the first had to tell is told
    expect(await messagesOf('xlsx', workbook(row(1, ['a'])))).toEqual([])
    process.off('warning', warn)
    expect(warnings).toEqual([])
    const body = workbook(row(1, ['a']) + row(2, [1]) + row(3, [2]))
    expect(await refusalOf('xlsx', body, { limits: few })).toMatchObject({ code: 'too-large' })
  })
})

import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { limits, messagesOf, refusalOf, valuesOf } from './decoding.ts'

const rows = [
  { 断面: '八里桥', 水位: '1265.32' },
  { 断面: '崆峒峡', 水位: '1402.10' },
]
const text = '断面,水位\n八里桥,1265.32\n崆峒峡,1402.10\n'

describe('rows', () => {
  it('are objects by column name, with their lines', async () => {
    expect(await messagesOf('csv', text)).toEqual([
      { value: rows[0], place: 'line 2' },
      { value: rows[1], place: 'line 3' },
    ])
  })

  it.each([
    ['comma', text, {}],
    ['semicolon', text.replaceAll(',', ';'), {}],
    ['tab, CRLF', text.replaceAll(',', '\t').replaceAll('\n', '\r\n'), {}],
    ['bar, old line ends', text.replaceAll(',', '|').replaceAll('\n', '\r'), {}],
    ['a delimiter of its own', text.replaceAll(',', '^|'), { delimiter: '^|' }],
    ['blanks around cells', text.replaceAll(',', ' , '), {}],
    ['blank lines', `\n\r\n${text.replaceAll('\n', '\n\n')}`, {}],
    ['a title and a footer', `水位日报\n${text}合计,2\n`, { skipLines: 1, footerLines: 1 }],
    ['a row of nothing at the end', `${text},\n`, {}],
    ['no last line end', text.trimEnd(), {}],
    ['names given', text.slice(text.indexOf('\n') + 1), { header: ['断面', '水位'] }],
    ['quotes everywhere', text.replaceAll(/[^,\n]+/g, '"$&"'), {}],
  ])('are found with %s', async (_what, body, options) => {
    expect(await valuesOf('csv', body, { options })).toEqual(rows)
  })

  it('have the names c1, c2 without a header', async () => {
    expect(await valuesOf('csv', 'a,1\nb,2\n', { options: { header: false } })).toEqual([
      { c1: 'a', c2: '1' },
      { c1: 'b', c2: '2' },
    ])
  })

  it('have each name once: trimmed, empty and repeated ones told apart, full width kept', async () => {
    const header = '\u200b ＩＤ ,,温度（℃）,温度（℃）,__proto__'
    expect(await valuesOf('csv', `${header}\n1,2,3,4,5\n`)).toEqual([
      { ＩＤ: '1', 'column 2': '2', '温度（℃）': '3', '温度（℃） (2)': '4', 'column 5': '5' },
    ])
  })

  it('leave out what means nothing', async () => {
    expect(await valuesOf('csv', 'a,b,c,d\n-,—,NULL,0\n/,,--,x\n')).toEqual([{ d: '0' }, { d: 'x' }])
    expect(await valuesOf('csv', 'a,b\n9999,1\n', { options: { nulls: ['9999'] } })).toEqual([{ b: '1' }])
  })

  it('keep formulas as the text they are', async () => {
    const formula = '=HYPERLINK("http://x","点")'
    expect(await valuesOf('csv', `a,b\n"${formula.replaceAll('"', '""')}",+1-1\n`)).toEqual([{ a: formula, b: '+1-1' }])
  })

  it('hold line ends and delimiters inside quotes, and count their lines', async () => {
    expect(await messagesOf('csv', 'a,b\n"x,\n""y""",1\nz,2\n')).toEqual([
      { value: { a: 'x,\n"y"', b: '1' }, place: 'line 2' },
      { value: { a: 'z', b: '2' }, place: 'line 4' },
    ])
    expect(await valuesOf('csv', 'a,b\n5" 管,"东" 街\n', {})).toEqual([{ a: '5" 管', b: '"东" 街' }])
    expect(await valuesOf('csv', 'a,b\n"x,1\n', { options: { quote: 'none' } })).toEqual([{ a: '"x', b: '1' }])
  })
})

describe('bad rows', () => {
  it('of the wrong length are refused one by one', async () => {
    expect(await messagesOf('csv', `断面,水位\n八里桥,1,2\n只有一格\n八里桥,1265.32\n`)).toEqual([
      {
        refusal: {
          stage: 'decode',
          code: 'bad-shape',
          detail:
            'line 2: 3 cells under 2 columns ("断面, 水位"); send one cell per column, and put cells that hold the delimiter in quotation marks',
        },
        text: '八里桥,1,2',
        place: 'line 2',
        columns: ['断面', '水位'],
      },
      {
        refusal: {
          stage: 'decode',
          code: 'bad-shape',
          detail:
            'line 3: 1 cells under 2 columns ("断面, 水位"); send one cell per column, and put cells that hold the delimiter in quotation marks',
        },
        text: '只有一格',
        place: 'line 3',
        columns: ['断面', '水位'],
      },
      { value: rows[0], place: 'line 4' },
    ])
  })

  it('with a quote that nobody closed cost their own line and no other', async () => {
    expect(await valuesOf('csv', 'a,b\n"x,1\ny,2\n"z",3\nw,4\n')).toEqual([
      {
        stage: 'decode',
        code: 'bad-syntax',
        detail: 'line 2: text stands behind a closing quotation mark; close it, double it, or set codec.quote: none',
      },
      { a: 'y', b: '2' },
      { a: 'z', b: '3' },
      { a: 'w', b: '4' },
    ])
    const last = await valuesOf('csv', 'a,b\n"x,1\ny,2\n')
    expect(last[0]).toMatchObject({ detail: 'line 2: a quotation mark is not closed; close it, double it, or set codec.quote: none' })
    expect(last[1]).toEqual({ a: 'y', b: '2' })
  })

  it.each([
    ['an open quote in every line', 'x,"y\n'],
    ['quotes in threes', 'x,"""\n'],
    ['one quote, doubled, in every line', '"y""\n'],
  ])(
    'are worked through in linear time: %s',
    async (_what, line) => {
      const started = performance.now()
      await messagesOf('csv', `a,b\n${line.repeat(50_000)}`)
      // a square of it would take minutes
      expect(performance.now() - started).toBeLessThan(15_000)
    },
    30_000,
  )

  it('bound a quote bomb: what follows 64 KiB later is a row again', async () => {
    const values = await valuesOf('csv', `a,b\n"${'x,1\n'.repeat(30_000)}y,"2"\n`)
    expect(values[0]).toMatchObject({ code: 'bad-syntax' })
    expect(values).toHaveLength(30_001)
    expect(values.at(-1)).toEqual({ a: 'y', b: '2' })
  })

  it('with NUL are refused by themselves', async () => {
    const values = await valuesOf('csv', 'a,b\nx\0,1\ny,2\n')
    expect(values).toEqual([expect.objectContaining({ code: 'bad-syntax' }), { a: 'y', b: '2' }])
  })

  it('never lose their neighbours', async () => {
    const good = fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[0-9]{1,5}$/))
    const bad = fc.constantFrom('x', 'a,b,c', '"a"b\n,c', 'q\0,1')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(good, bad)), async (mixed) => {
        const body = mixed.map((row) => (typeof row === 'string' ? row : row.join(','))).join('\n')
        const values = await valuesOf('csv', `k,v\n${body}\n`)
        const expected = mixed.flatMap((row) => (typeof row === 'string' ? [] : [{ k: row[0], v: row[1] }]))
        expect(values.filter((value) => typeof value === 'object' && value !== null && 'k' in value)).toEqual(expected)
      }),
    )
  })
})

describe('encodings', () => {
  const long = text.repeat(3)
  const expected = [...rows, { 断面: '断面', 水位: '水位' }, ...rows, { 断面: '断面', 水位: '水位' }, ...rows]

  it.each([
    ['UTF-8', Buffer.from(long), {}],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${long}`), {}],
    ['UTF-16LE with its mark', iconv.encode(long, 'utf-16le', { addBOM: true }), {}],
    ['UTF-16BE with its mark', iconv.encode(long, 'utf-16be', { addBOM: true }), {}],
    ['UTF-16LE that is named', iconv.encode(long, 'utf-16le'), { encoding: 'utf-16le' }],
    ['GB18030', iconv.encode(long, 'gb18030'), {}],
    ['GBK that is named', iconv.encode(long, 'gbk'), { encoding: 'gbk' }],
  ])('%s is found', async (_what, body, options) => {
    expect(await valuesOf('csv', body, { options })).toEqual(expected)
  })

  it('takes UTF-16 without a mark by its zeros, and the charset of Content-Type', async () => {
    expect(await valuesOf('csv', iconv.encode('id,name\n1,abc\n', 'utf-16le'))).toEqual([{ id: '1', name: 'abc' }])
    expect(await valuesOf('csv', iconv.encode(text, 'gbk'), { contentType: 'text/csv; charset=gb2312' })).toEqual(rows)
    // a server that adds its charset to everything
    expect(await valuesOf('csv', iconv.encode(text, 'gbk'), { contentType: 'text/csv; charset=utf-8' })).toEqual(rows)
  })

  it('refuses the one row in which a character was cut, at its byte', async () => {
    const cut = (encoding: string): Buffer =>
      Buffer.concat([iconv.encode(`${text}东关`, encoding), iconv.encode('街', encoding).subarray(0, 1), iconv.encode(`,3\n${text}`, encoding)])
    expect((await messagesOf('csv', cut('utf-8')))[2]).toMatchObject({
      place: 'line 4',
      refusal: { code: 'bad-encoding', detail: 'line 4, byte 7: not utf-8; send the character whole, or name codec.encoding' },
    })
    expect((await messagesOf('csv', cut('gb18030')))[2]).toMatchObject({
      place: 'line 4',
      refusal: { code: 'bad-encoding', detail: 'line 4, byte 5: not gb18030; send the character whole, or name codec.encoding' },
    })
  })

  it('takes a replacement character that was really sent', async () => {
    expect(await valuesOf('csv', 'a\n\ufffd\n')).toEqual([{ a: '\ufffd' }])
  })

  it.each([
    ['GB18030 to UTF-8', 'gb18030', 'utf8'],
    ['UTF-8 to GB18030', 'utf8', 'gb18030'],
  ])('is told line by line when the upstream changes from %s in the middle', async (_change, first, then) => {
    const body = Buffer.concat([iconv.encode('断面,水位\n八里桥,1265.32\n', first), iconv.encode('崆峒峡,1402.10\n', then)])
    expect(await valuesOf('csv', body)).toEqual(rows)
  })

  it('is that of the other lines for one that could be either', async () => {
    const body = iconv.encode('单位,数\n联通,1\n崆峒电信,2\n', 'gb18030')
    expect(await valuesOf('csv', body)).toEqual([
      { 单位: '联通', 数: '1' },
      { 单位: '崆峒电信', 数: '2' },
    ])
  })
})

describe('whole files', () => {
  it('may hold nothing', async () => {
    expect(await messagesOf('csv', '')).toEqual([])
    expect(await messagesOf('csv', 'a,b\n')).toEqual([])
  })

  it('are refused with more rows than may be, or a header that is none', async () => {
    expect(await refusalOf('csv', text, { limits: { ...limits, mostMessages: 1 } })).toMatchObject({ code: 'too-large' })
    expect(await refusalOf('csv', `${'a,'.repeat(3_000)}b\n`)).toMatchObject({ detail: expect.stringContaining('more than 2000 columns') as string })
    expect(await refusalOf('csv', '"a,b\nx,1\n')).toMatchObject({
      code: 'bad-syntax',
      detail: expect.stringMatching(/^line 1: a quotation mark/) as string,
    })
  })

  const cell = fc.string({ unit: fc.constantFrom('a', '街', '"', ',', '\n', '\r\n', ' ', ';', '|') })
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))
  const written = (cells: readonly (readonly string[])[]): string =>
    cells.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n')

  it('come back as they were written', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (cells) => {
        const options = { header: false, delimiter: ',', trim: false, nulls: [], encoding: 'utf-8' }
        const values = await valuesOf('csv', written(cells), { options })
        expect(values.map((row) => Object.values(row as Record<string, string>))).toEqual(cells)
      }),
    )
  })

  it('read as another reader of CSV reads them', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (cells) => {
        const body = written(cells)
        const options = { header: false, delimiter: ',', trim: false, nulls: [], encoding: 'utf-8' }
        const values = await valuesOf('csv', body, { options })
        expect(values.map((row) => Object.values(row as Record<string, string>))).toEqual(parse(body, { record_delimiter: ['\r\n', '\n'] }))
      }),
    )
  })
})

import { strFromU8, unzipSync } from 'fflate'
import readSheets from 'read-excel-file/node'
import { beforeAll, describe, expect, it } from 'vitest'
import { outlineXml } from '../../server/ingest/codecs/xml-elements.ts'
import { bulletinDocx, reportDocx } from '../../server/report/docx.ts'
import { reportXlsx } from '../../server/report/xlsx.ts'
import { cutOffAt, draft, supervision, pictureAt } from './fixture.ts'

type Parts = Readonly<Record<string, string>>

const partsOf = (bytes: Buffer): Parts => Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, part]) => [name, strFromU8(part)]))
const partOf = (parts: Parts, name: string): string => {
  const found = parts[name]
  if (found === undefined) throw new Error(`no ${name} among ${Object.keys(parts).join(', ')}`)
  return found
}
/** All words of a part, a line for each paragraph. */
const linesOf = (xml: string): readonly string[] =>
  [...xml.matchAll(/<w:p[ >].*?<\/w:p>/gs)].map(([paragraph]) =>
    [...paragraph.matchAll(/<w:t[ >][^<]*/g)].map(([text]) => text.replace(/^<w:t[^>]*>/, '')).join(''),
  )
/** The properties of the paragraph that says these words. */
function paragraphSaying(xml: string, words: string): string {
  const found = [...xml.matchAll(/<w:p[ >].*?<\/w:p>/gs)].map(([paragraph]) => paragraph).find((paragraph) => linesOf(paragraph).join('') === words)
  if (found === undefined) throw new Error(`no paragraph says ${words}`)
  return found
}

/** Why it is no well-formed XML, by the walker that foreign XML has to pass; undefined where it is. */
async function problemOf(xml: string): Promise<string | undefined> {
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(xml)) return 'an & that refers to nothing'
  const outline = await outlineXml(xml, () => false)
  return outline.ok ? undefined : outline.error.detail
}

const mm = (twips: string | undefined): number => (Number(twips) / 1_440) * 25.4

describe('what judges the parts of a file', () => {
  it.each(['<a><b></a>', '<a>1 & 2</a>', '<a'])('knows %s for broken', async (xml) => {
    expect(await problemOf(xml)).toBeDefined()
  })
})

describe('the report as .docx', () => {
  let parts: Parts
  let xml: string
  beforeAll(async () => {
    parts = partsOf(await reportDocx(draft()))
    xml = partOf(parts, 'word/document.xml')
  })

  it('is a whole package of well-formed parts', async () => {
    for (const [name, part] of Object.entries(parts)) if (/\.(xml|rels)$/.test(name)) expect([name, await problemOf(part)]).toEqual([name, undefined])
    expect(Object.keys(parts)).toContain('[Content_Types].xml')
    expect(partOf(parts, '[Content_Types].xml')).toContain('application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml')
    // every part that a relation names is there
    for (const [name, part] of Object.entries(parts).filter(([path]) => path.endsWith('.rels'))) {
      const folder = name.replace(/_rels\/[^/]+$/, '')
      for (const [, target = ''] of part.matchAll(/Target="([^"]+)"/g))
        expect(parts).toHaveProperty([target.startsWith('/') ? target.slice(1) : folder + target])
    }
  })

  it('has the page of GB/T 9704: A4, 37/35/28/26 mm, a text of 156 × 225 mm, 22 lines of 28 characters', () => {
    expect(xml).toContain('<w:pgSz w:w="11906" w:h="16838" w:orient="portrait"/>')
    const margin = /<w:pgMar ([^/]*)\/>/.exec(xml)?.[1] ?? ''
    const of = (side: string): number => mm(new RegExp(`w:${side}="(\\d+)"`).exec(margin)?.[1])
    expect(['top', 'bottom', 'left', 'right'].map((side) => Math.round(of(side) * 10) / 10)).toEqual([37, 35, 28, 26])
    const [, pitch, space] = /<w:docGrid w:type="linesAndChars" w:linePitch="(\d+)" w:charSpace="(-?\d+)"/.exec(xml) ?? []
    expect(Math.floor((16_838 - 2_098 - 1_984) / Number(pitch))).toBe(22)
    // 3号 is 16 pt; the grid is told in 1/4096 pt
    expect(Math.round(((11_906 - 1_587 - 1_474) / 20 / (16 + Number(space) / 4_096)) * 100) / 100).toBe(28)
  })

  it('sets the title in 2号 小标宋, the text in 3号 仿宋, 一、 in 黑体 and （一） in 楷体, at a line of 28.95 pt', () => {
    const type = (words: string) => {
      const paragraph = paragraphSaying(xml, words)
      return [
        /w:eastAsia="([^"]+)"/.exec(paragraph)?.[1],
        /<w:sz w:val="(\d+)"/.exec(paragraph)?.[1],
        /<w:spacing [^/]*w:line="(\d+)" w:lineRule="(\w+)"/.exec(paragraph)?.slice(1).join(' '),
      ]
    }
    expect(type('关于2026年11月崆峒区数字政府服务能力提升情况的报告')).toEqual(['方正小标宋简体', '44', '640 exact'])
    expect(type('一、总体情况')).toEqual(['黑体', '32', '579 exact'])
    expect(type('（一）12345热线工单办理满意度')).toEqual(['楷体_GB2312', '32', '579 exact'])
    expect(type('原因：责任单位未填报。')).toEqual(['仿宋_GB2312', '32', '579 exact'])
    expect(paragraphSaying(xml, '原因：责任单位未填报。')).toContain('w:firstLineChars="200"')
    expect(partOf(parts, 'word/fontTable.xml')).toContain('<w:font w:name="仿宋_GB2312"><w:altName w:val="FangSong_GB2312,FangSong,仿宋,')
    expect(Object.keys(parts).filter((name) => name.startsWith('word/fonts/'))).toEqual([])
  })

  it('numbers its pages — N — in 4号 宋体, right on odd pages and left on even ones, a character in', () => {
    const footers = Object.fromEntries(
      ['default', 'even'].map((kind) => {
        const id = new RegExp(`<w:footerReference w:type="${kind}" r:id="(\\w+)"`).exec(xml)?.[1] ?? ''
        const relations = partOf(parts, 'word/_rels/document.xml.rels')
        const target =
          new RegExp(`Id="${id}"[^>]*Target="([^"]+)"`).exec(relations)?.[1] ?? new RegExp(`Target="([^"]+)"[^>]*Id="${id}"`).exec(relations)?.[1]
        return [kind, partOf(parts, `word/${target ?? ''}`)]
      }),
    )
    for (const [kind, side] of [
      ['default', 'right'],
      ['even', 'left'],
    ] as const) {
      const footer = footers[kind] ?? ''
      expect(linesOf(footer)).toEqual(['—  —'])
      expect(footer).toContain('PAGE</w:instrText>')
      expect(footer).toContain(`<w:jc w:val="${side}"/>`)
      expect(footer).toContain(`<w:ind w:${side}="280"/>`)
      expect([...footer.matchAll(/<w:sz w:val="(\d+)"/g)].every(([, halfPoints]) => halfPoints === '28')).toBe(true)
      expect([...footer.matchAll(/w:eastAsia="([^"]+)"/g)].every(([, face]) => face === '宋体')).toBe(true)
    }
    expect(partOf(parts, 'word/settings.xml')).toContain('<w:evenAndOddHeaders/>')
  })

  it('holds the table of indicators with the figures of the model, its head repeated on each page, as wide as the text', () => {
    const [table = ''] = xml.match(/<w:tbl>.*?<\/w:tbl>/s) ?? []
    const rows = [...table.matchAll(/<w:tr[ >].*?<\/w:tr>/gs)].map(([row]) =>
      [...row.matchAll(/<w:tc>.*?<\/w:tc>/gs)].map(([cell]) => linesOf(cell).join('')),
    )
    expect(rows[0]).toEqual(['序号', '指标', '单位', '目标', '完成值', '均衡进度', '差距', '较上月', '责任单位'])
    expect(rows[1]).toEqual(['1', '按时办结率', '%', '100', '98.4', '100', '-1.6', '+6.9', '区直有关部门'])
    expect(rows).toHaveLength(5)
    expect(table).toContain('<w:tblHeader/>')
    const widths = [...table.matchAll(/<w:gridCol w:w="(\d+)"/g)].map(([, width]) => Number(width))
    expect(Math.abs(widths.reduce((sum, width) => sum + width, 0) - 8_845)).toBeLessThan(10)
  })

  it('has the red head, the draft’s mark, its attachments on pages of their own, who gives it, and 报 and 送 at the end', () => {
    const lines = linesOf(xml)
    expect(lines.slice(0, 5)).toEqual([
      '数字政府服务能力工作专报',
      '',
      '第3期（总第3期）',
      '区政务服务中心  区大数据中心    年  月  日',
      '签发人：        ',
    ])
    expect(lines).toContain('（送审稿）')
    expect(lines).toContain('（数据截至2026年11月17日18:00）')
    expect(lines.filter((line) => /^附件/.test(line))).toEqual(['附件：1. 乡镇街道按时办结率排名（2026年10月）', '附件1', '附件2', '附件3', '附件4'])
    expect(paragraphSaying(xml, '附件2')).toContain('<w:pageBreakBefore/>')
    expect(lines.slice(-4)).toEqual([
      '报：区委、区政府主要领导。',
      '送：区直各有关部门。',
      '区政务服务中心、区大数据中心    年  月  日印发',
      '共印    份',
    ])
  })

  it('is dated when it is issued, and no draft any more', async () => {
    const issued = partsOf(await reportDocx({ ...draft(), issuedAt: Date.parse('2026-11-19T16:00:00+08:00') }))
    const lines = linesOf(partOf(issued, 'word/document.xml'))
    expect(lines).not.toContain('（送审稿）')
    expect(lines).toContain('2026年11月19日')
    expect(lines).toContain('区政务服务中心、区大数据中心2026年11月19日印发')
  })

  it('is the same file for the same report, to the last byte', async () => {
    expect((await reportDocx(draft())).equals(await reportDocx(draft()))).toBe(true)
  })

  it('writes what a person typed as text, whatever it looks like', async () => {
    const document = draft()
    const sections = document.sections.map((section) => ({ ...section, paragraphs: [[{ text: '<w:br/> & "引号" \u0001 ]]>' }]] }))
    const told = partOf(partsOf(await reportDocx({ ...document, sections })), 'word/document.xml')
    expect(await problemOf(told)).toBeUndefined()
    expect(told).toContain('&lt;w:br/&gt; &amp; ')
    expect(told).not.toContain('\u0001')
  })
})

describe('the bulletin as .docx', () => {
  it('is a paper of the month’s rankings alone', async () => {
    const lines = linesOf(partOf(partsOf(await bulletinDocx(draft())), 'word/document.xml'))
    expect(lines[0]).toBe('关于2026年10月崆峒区诉求办理排名情况的通报')
    expect(lines).toContain('一、乡镇街道按时办结率排名（2026年10月）')
    expect(lines.join('|')).toContain('|1|东关街道|50.0|2|—|')
    expect(lines.join('')).not.toContain('落后指标分析')
  })
})

describe('the figures as .xlsx', () => {
  it('has every figure as a number with its unit, instant, source and 口径, and the tables as they are on paper', async () => {
    const picture = { ...pictureAt(cutOffAt), supervisions: [supervision({ title: '=1+1' })] }
    const sheets = await readSheets(await reportXlsx(draft({ picture })))
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      '指标完成情况表',
      '乡镇街道按时办结率排名（2026年10月）',
      '乡镇街道群众满意率排名（2026年10月）',
      '超期在办工单清单',
      '督办事项清单',
      '口径说明和数据时间',
      '全部数据',
    ])
    const rows = (name: string) => sheets.find(({ sheet }) => sheet === name)?.data ?? []
    expect(rows('指标完成情况表')[3]).toEqual([
      '30',
      '数据汇聚增长量',
      '亿条',
      5,
      4.41,
      expect.closeTo(4.397),
      expect.closeTo(0.0127, 4),
      0.11,
      expect.any(String),
    ])
    const figures = rows('全部数据')
    expect(figures[1]).toEqual(['编号', '名称', '数值', '计量单位', '数据时间', '来源', '口径版本', '演示数据'])
    expect(figures.find(([id]) => id === 'indicators/satisfaction/value')).toEqual([
      'indicators/satisfaction/value',
      '12345热线工单办理满意度 完成值',
      93.1,
      '%',
      '2026年11月16日08:00',
      '指标平台',
      '第1版',
      '否',
    ])
    expect(figures).toHaveLength(draft({ picture }).figures.length + 2)
    // a text is never a formula
    expect(rows('督办事项清单')[2]?.[1]).toBe('=1+1')
  })
})

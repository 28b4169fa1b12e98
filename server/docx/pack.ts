import { Document, Packer } from 'docx'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { Instant } from '../../contract/time.ts'
import { face, section, size } from './paper.ts'
import type { Block } from './paper.ts'

/** A paper as a file. */

export interface PaperProperties {
  readonly title: string
  readonly author: string
  /** stands in the file as the time it was made: the same paper gives the same bytes */
  readonly at: Instant
}

/** Faces that offices have, and what stands in for one that is missing: in Word by `altName`, in LibreOffice and WPS by the family and the form. */
const faces: readonly (readonly [name: string, alternative: string, family: 'roman' | 'modern'])[] = [
  [face.title, 'FZXiaoBiaoSong-B05S,小标宋体,Noto Serif CJK SC,SimSun', 'roman'],
  [face.body, 'FangSong_GB2312,FangSong,仿宋,Noto Serif CJK SC,SimSun', 'modern'],
  [face.level1, 'SimHei,Noto Sans CJK SC', 'modern'],
  [face.level2, 'KaiTi_GB2312,KaiTi,楷体,Noto Serif CJK SC,SimSun', 'modern'],
  [face.number, 'SimSun,Noto Serif CJK SC', 'roman'],
]

const fontTable = [
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
  '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">',
  ...faces.map(
    ([name, alternative, family]) =>
      `<w:font w:name="${name}"><w:altName w:val="${alternative}"/><w:charset w:val="86"/><w:family w:val="${family}"/><w:pitch w:val="variable"/></w:font>`,
  ),
  '</w:fonts>',
].join('')

/** Earlier than a zip file can say. */
const earliest = Date.UTC(1980, 0, 2)

export async function packPaper(blocks: readonly Block[], { title, author, at }: PaperProperties): Promise<Buffer> {
  const font = { ascii: face.body, hAnsi: face.body, eastAsia: face.body, cs: face.body }
  const document = new Document({
    title,
    creator: author,
    lastModifiedBy: author,
    evenAndOddHeaderAndFooters: true,
    styles: { default: { document: { run: { font, size: size.body } } } },
    sections: [section(blocks)],
  })
  const parts = unzipSync(await Packer.toBuffer(document))
  parts['word/fontTable.xml'] = strToU8(fontTable)
  const core = parts['docProps/core.xml']
  if (core !== undefined) parts['docProps/core.xml'] = strToU8(withTime(strFromU8(core), at))
  for (const [name, part] of Object.entries(parts)) if (/\.(?:xml|rels)$/.test(name)) parts[name] = strToU8(legalXml(strFromU8(part)))
  const mtime = new Date(Math.max(at, earliest))
  const named = Object.entries(parts).sort(([one], [other]) => order(one) - order(other) || (one < other ? -1 : 1))
  return Buffer.from(zipSync(Object.fromEntries(named.map(([name, bytes]) => [name, [bytes, { mtime }] as const]))))
}

/** Words of people and upstreams may hold characters that XML 1.0 forbids, escaped or not: one of them, and no reader opens the file. */
const legalXml = (xml: string): string => xml.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')

/** Readers that look at the beginning alone want the list of types there. */
const order = (name: string): number => (name === '[Content_Types].xml' ? 0 : 1)

const withTime = (xml: string, at: Instant): string =>
  xml.replaceAll(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, `$1${new Date(at).toISOString().slice(0, 19)}Z`)

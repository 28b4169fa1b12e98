import type { ReportDocument, ReportSection, ReportTable } from '../../contract/report.ts'
import { packPaper } from '../docx/pack.ts'
import { atRight, attachmentMark, body, emptyLine, face, flush, heading, imprint, masthead, table, title } from '../docx/paper.ts'
import type { Block } from '../docx/paper.ts'
import { dayWords, momentWords, noValue } from './number-words.ts'
import { plainText } from './writing.ts'

/** 专报 and 通报 as papers. */

const unsigned = '（送审稿）'
const blankDate = '    年  月  日'

/** The day it was issued; a draft has none yet. */
const dateOf = ({ issuedAt, zone }: ReportDocument): string => (issuedAt === undefined ? blankDate : dayWords(issuedAt, zone))

export function reportDocx(document: ReportDocument): Promise<Buffer> {
  const attachments = attachedTables(document)
  const blocks = [
    ...headOf(document),
    title(document.title),
    ...(document.issuedAt === undefined ? [title(unsigned)] : []),
    emptyLine(),
    ...notesOf(document),
    ...document.sections.flatMap((section) => blocksOf(section, document)),
    emptyLine(),
    ...attachmentList(attachments),
    ...signature(document),
    ...attachments.flatMap((attached, index) => attachmentOf(attached, `附件${attachments.length === 1 ? '' : String(index + 1)}`)),
    ...footOf(document),
  ]
  return pack(document, document.title, blocks)
}

export function bulletinDocx(document: ReportDocument): Promise<Buffer> {
  const { bulletin } = document
  const blocks = [
    title(bulletin.title),
    ...(document.issuedAt === undefined ? [title(unsigned)] : []),
    emptyLine(),
    ...notesOf(document),
    ...bulletin.sections.flatMap((section) => blocksOf(section, document)),
    emptyLine(),
    ...signature(document),
    ...footOf(document),
  ]
  return pack(document, bulletin.title, blocks)
}

const pack = (document: ReportDocument, words: string, blocks: readonly Block[]): Promise<Buffer> =>
  packPaper(blocks, { title: words, author: document.masthead.compilers.join('、'), at: document.issuedAt ?? document.cutOffAt })

function headOf(document: ReportDocument): readonly Block[] {
  const { name, issue, total, compilers, signer } = document.masthead
  return masthead(name, {
    middle: `第${String(issue)}期${total === undefined ? '' : `（总第${String(total)}期）`}`,
    left: compilers.join('  '),
    right: dateOf(document),
    below: `签发人：${signer ?? '        '}`,
  })
}

const notesOf = ({ notes, cutOffAt, zone }: ReportDocument): readonly Block[] => [
  ...notes.map((note) => body(note, { face: face.level1, color: 'FF0000' })),
  body(`（数据截至${momentWords(cutOffAt, zone)}）`),
]

function blocksOf({ heading: words, level, paragraphs, table: id }: ReportSection, document: ReportDocument): readonly Block[] {
  const found = id === undefined ? undefined : document.tables.find((one) => one.id === id)
  return [
    ...(words === '' ? [] : [heading(words, level)]),
    ...paragraphs.map((runs) => body(plainText(runs))),
    ...(found === undefined ? [] : tableBlocks(found)),
  ]
}

function tableBlocks({ columns, rows, note }: ReportTable): readonly Block[] {
  const cells = rows.map((row) => row.map(({ text }) => text))
  return [...(rows.length === 0 ? [] : [table({ columns, rows: cells })]), ...(note === undefined ? [] : [flush(`注：${note}`)])]
}

const attachedTables = ({ attachments, tables }: ReportDocument): readonly ReportTable[] =>
  attachments.flatMap((id) => tables.find((one) => one.id === id) ?? [])

/** 附件：1. … in the text, below one another. */
function attachmentList(attachments: readonly ReportTable[]): readonly Block[] {
  if (attachments.length === 0) return []
  const [first, ...rest] = attachments.map(({ title: words }, index) => (attachments.length === 1 ? words : `${String(index + 1)}. ${words}`))
  return [flush(`附件：${first ?? noValue}`, 2), ...rest.map((words) => flush(words, 5)), emptyLine()]
}

const signature = (document: ReportDocument): readonly Block[] => [
  ...document.masthead.compilers.map((compiler) => atRight(compiler, 4)),
  atRight(dateOf(document), 4),
]

const attachmentOf = (attached: ReportTable, mark: string): readonly Block[] => [
  attachmentMark(mark),
  emptyLine(),
  title(attached.title),
  emptyLine(),
  ...tableBlocks(attached),
]

function footOf(document: ReportDocument): readonly Block[] {
  const { reportedTo, sentTo, copies, compilers } = document.masthead
  return [
    emptyLine(),
    ...imprint([
      [`报：${reportedTo}。`],
      [`送：${sentTo}。`],
      [compilers.join('、'), `${dateOf(document)}印发`],
      [`共印${copies === undefined ? '    ' : String(copies)}份`],
    ]),
  ]
}

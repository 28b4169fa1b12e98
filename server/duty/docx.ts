import type { Handover, ShiftSpan } from '../../contract/duty.ts'
import type { Sheet } from '../../contract/duty-fact.ts'
import { packPaper } from '../docx/pack.ts'
import { atRight, body, emptyLine, heading, title } from '../docx/paper.ts'
import type { Block } from '../docx/paper.ts'
import { momentWords, ordinalWords } from '../report/number-words.ts'
import { sectionWords } from './sheet.ts'

export interface SheetPaper {
  readonly place: string
  readonly zone: string
  readonly shift: ShiftSpan
  readonly sheet: Sheet
  readonly note: string
  readonly handover: Handover | undefined
}

/** 交接班单 as a paper: each section with what stood, and both signatures. */
export function sheetDocx({ place, zone, shift, sheet, note, handover }: SheetPaper): Promise<Buffer> {
  const name = '值班交接班单'
  const signature = (what: string, by: string | undefined, at: number | undefined): Block =>
    body(`${what}：${by ?? '（未签）'}${at === undefined ? '' : `　${momentWords(at, zone)}`}`)
  const blocks = [
    title(name),
    emptyLine(),
    body(
      `班次：${shift.day} ${shift.name}（${momentWords(shift.from, zone)}至${momentWords(shift.to, zone)}）。内容截至${momentWords(sheet.at, zone)}。`,
    ),
    ...sheet.sections.flatMap(({ section, total, lines }, index) => [
      heading(`${ordinalWords(index + 1)}、${sectionWords[section]}（${String(total)}）`, 1),
      ...(lines.length === 0 ? [body('无。')] : lines.map((line, no) => body(`${String(no + 1)}．${line}`))),
      ...(total > lines.length ? [body(`另有${String(total - lines.length)}项未列。`)] : []),
    ]),
    heading(`${ordinalWords(sheet.sections.length + 1)}、其他交接事项`, 1),
    body(note === '' ? '无。' : note),
    emptyLine(),
    signature('交班人', handover?.givenBy, handover?.givenAt),
    signature('接班人', handover?.taken?.by, handover?.taken?.at),
    atRight(place, 4),
  ]
  return packPaper(blocks, { title: name, author: place, at: handover?.taken?.at ?? sheet.at })
}

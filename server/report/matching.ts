import type { ReportFigure, ReportRun } from '../../contract/report.ts'
import { roundTo } from './number-words.ts'
import type { ReportNames } from './picture.ts'
import type { Runs } from './writing.ts'

/**
 * 未对应数据: ties the numbers that people wrote to the report's figures, and lists those that are none of them. A check, and no ban: a number may
 * well come from elsewhere, but whoever signs shall know.
 */

export interface Matched {
  readonly paragraphs: readonly Runs[]
  /** as they were written, each once */
  readonly unmatched: readonly string[]
}

/** 2026年11月17日, 11月, 20日前, 18:00, 第3期, （1）, 1.: numbers that count nothing. */
const dates =
  /\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d{1,2}日前|\d{1,2}[:：]\d{2}|第\d+[期号条章次]|[（(]\d{1,2}[）)]|^\s*\d{1,2}[.．、](?!\d)|〔\d{4}〕\d+号/gm
const numbers = /[-−+]?\d[\d,]*(?:\.\d+)?/g

/** @param own figures of the section's own draft, which are looked at before all others @param names that have digits in them and count nothing */
export function matchNumbers(text: string, own: readonly ReportFigure[], all: readonly ReportFigure[], names: readonly string[]): Matched {
  const figures = [...own, ...all]
  const unmatched = new Set<string>()
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const paragraphs = lines.filter((line) => line !== '').map((line) => matchLine(line, { figures, names, unmatched }))
  return { paragraphs, unmatched: [...unmatched] }
}

interface Matching {
  readonly figures: readonly ReportFigure[]
  readonly names: readonly string[]
  /** added to */
  readonly unmatched: Set<string>
}

function matchLine(line: string, { figures, names, unmatched }: Matching): Runs {
  const plain = withPlainDigits(line)
  const silent = silentParts(plain, names)
  const runs: ReportRun[] = []
  let from = 0
  for (const { 0: found, index } of plain.matchAll(numbers)) {
    if (silent.some(([begin, end]) => index >= begin && index < end)) continue
    const next = plain.slice(index + found.length).trimStart()
    const figure = figures.find((one) => isSameNumber(one, found, next))
    if (figure === undefined) {
      unmatched.add(next.startsWith('%') ? `${found}%` : found)
      continue
    }
    if (index > from) runs.push({ text: line.slice(from, index) })
    from = index + found.length
    runs.push({ text: line.slice(index, from), figure: figure.id })
  }
  if (from < line.length) runs.push({ text: line.slice(from) })
  return runs
}

/** １２．３％ as 12.3%, character by character. */
const withPlainDigits = (line: string): string => line.replace(/[０-９．％]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xfee0))

/** Dates, and names that have digits in them, such as 12345热线. */
function silentParts(line: string, names: readonly string[]): readonly (readonly [begin: number, end: number])[] {
  const parts = [...line.matchAll(dates)].map((match) => [match.index, match.index + match[0].length] as const)
  for (const name of names)
    for (let at = line.indexOf(name); at !== -1; at = line.indexOf(name, at + name.length)) parts.push([at, at + name.length] as const)
  return parts
}

/** As it is shown, or with fewer of its decimals, and in the same unit where one follows; a sign may be said in words. */
function isSameNumber({ shown, unit }: ReportFigure, written: string, next: string): boolean {
  const [told, found] = [shown, written].map((text) => Math.abs(Number(text.replace(/[,+−]/g, ''))))
  if (told === undefined || found === undefined || !isSameUnit(unit, next)) return false
  const decimals = written.split('.')[1]?.length ?? 0
  return told === found || (decimals > 0 && roundTo(told, decimals) === found)
}

/** What cannot begin a unit: 从93.1到95。 */
const noUnit = /^(?:[^\p{Script=Han}%]|[至到和与及或]|$)/u

function isSameUnit(unit: string, next: string): boolean {
  if (noUnit.test(next)) return true
  if (unit === '%') return /^(?:%|个?百分点)/.test(next)
  return unit !== '' && next.startsWith(unit.charAt(0))
}

/** Names of the configuration with a digit in them. */
export function namesWithDigits({ indicators, channels, units, themes, sectors, rankings }: ReportNames): readonly string[] {
  const named = [indicators, channels, [...units.values()], themes, sectors, rankings].flatMap((list) => list.flatMap(namesOf))
  return [...new Set(named)].filter((name) => /\d/.test(name)).sort((one, other) => other.length - one.length)
}

const namesOf = (one: { readonly name: string; readonly shortName?: string }): readonly string[] =>
  one.shortName === undefined ? [one.name] : [one.name, one.shortName]

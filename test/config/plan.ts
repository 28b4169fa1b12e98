import type { UnitDefinition } from '../../contract/configuration.ts'
import type { IndicatorDefinition, Target } from '../../contract/indicator.ts'

/** Reads part 三 of the plan's public text (区政办发〔2024〕9号) and holds the configured indicators against it, to the letter. */

export interface Clause {
  /** as printed: `10-11` */
  readonly clause: string
  readonly numbers: readonly number[]
  readonly titles: readonly string[]
  readonly body: string
  /** full names, as printed */
  readonly leads: readonly string[]
  readonly responsible: readonly string[]
}

const range = (first: number, last: number): readonly number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** The 30 clauses under (三), in their order. @throws where a clause is not followed by its lead and responsible units */
export function clausesOf(text: string): readonly Clause[] {
  const lines = text.split('\n').map((line) => line.trim())
  const part = lines.slice(lines.findIndex((line) => line.startsWith('(三)')) + 1, lines.indexOf('三、工作要求'))
  return part.flatMap((line, index) => {
    const found = /^(\d{1,2})(?:-(\d{1,2}))?\.([^。]+)。(.+)$/.exec(line)
    if (found === null) return []
    const [, first = '', last, titles = '', body = ''] = found
    return {
      clause: last === undefined ? first : `${first}-${last}`,
      numbers: range(Number(first), Number(last ?? first)),
      titles: titles.split('、'),
      body,
      leads: after('牵头单位:', part[index + 1]).split('、'),
      responsible: after('责任单位:', part[index + 2]).split(','),
    }
  })
}

function after(label: string, line = ''): string {
  if (!line.startsWith(label)) throw new Error(`found ${JSON.stringify(line)}, expected ${label}`)
  return line.slice(label.length)
}

/** Groups of units as the plan calls them. */
const groups: Readonly<Record<string, string>> = {
  '各乡镇人民政府、街道办事处': 'subdistricts',
  区直有关部门: 'departments',
  '省、市驻区有关单位': 'others',
}

/** Values that the text names beside the title's: 25 is measured by two rates, 34 in two places. */
const values: Readonly<Record<number, { readonly names: readonly string[]; readonly words: readonly string[] }>> = {
  25: { names: ['自助终端使用率', '自助终端在线率'], words: ['自助终端在线率、使用率均达到'] },
  34: { names: ['事项进驻率(线上)', '事项进驻率(线下)'], words: ['线上甘肃政务服务网、线下政务服务大厅事项进驻率均达到'] },
}

/** Numbers for which the text prints a figure; 32 shares that of 31 and has none of its own. */
export const printed = [1, 4, 5, 10, 11, 13, 15, 17, 19, 25, 26, 29, 30, 31, 32, 34, 38, 39, 43]
/** Numbers whose wording means all of them, without a figure, and the one measured by the best of the province. */
export const implied = [12, 42, 44, 45]
export const best = [35]
const sharing = [32]

export interface Configured {
  readonly indicators: readonly IndicatorDefinition[]
  readonly units: readonly UnitDefinition[]
}

/** @returns what differs between the plan and the configuration, in words; empty when nothing does */
export function differencesFrom(clauses: readonly Clause[], configured: Configured): readonly string[] {
  const known = new Set(clauses.flatMap(({ numbers }) => numbers))
  const unknown = configured.indicators.filter(({ no }) => !known.has(no)).map(({ no, id }) => `${id}: the plan has no number ${String(no)}`)
  return [...unknown, ...clauses.flatMap((clause) => clauseDifferences(clause, configured))]
}

function clauseDifferences(clause: Clause, { indicators, units }: Configured): readonly string[] {
  const entries = indicators.filter(({ no }) => clause.numbers.includes(no))
  const names = clause.numbers.flatMap((no) => entries.filter((entry) => entry.no === no).map(({ name }) => `${String(no)} ${name}`))
  return [
    ...differing(`clause ${clause.clause}, names`, names, namesOf(clause)),
    ...entries.flatMap((entry) => [
      ...differing(`${entry.id}, clause`, entry.clause, clause.clause),
      ...differing(`${entry.id}, lead`, entry.leadUnits, shortNames(clause.leads, units)),
      ...differing(`${entry.id}, responsible`, entry.responsible, responsibleOf(clause, units)),
      ...targetDifferences(entry, clause.body),
    ]),
    ...unclaimed(clause, entries),
  ]
}

const differing = (what: string, found: unknown, expected: unknown): readonly string[] =>
  JSON.stringify(found) === JSON.stringify(expected) ? [] : [`${what}: found ${JSON.stringify(found)}, the plan has ${JSON.stringify(expected)}`]

/** Each title is a number's, but for 2 and 3, which hold two titles each. */
function namesOf({ numbers, titles, body }: Clause): readonly string[] {
  const [first = 0] = numbers
  const split = values[first]
  if (split?.words.every((words) => body.includes(words)) === true) return split.names.map((name) => `${String(first)} ${name}`)
  return titles.map((title, index) => `${String(numbers.length === 1 ? first : (numbers[index] ?? 0))} ${title}`)
}

const shortNames = (names: readonly string[], units: readonly UnitDefinition[]): readonly string[] =>
  names.map((name) => units.find((unit) => unit.name === name)?.shortName ?? `${name} is not in units.yaml`)

const responsibleOf = ({ responsible }: Clause, units: readonly UnitDefinition[]): readonly string[] =>
  responsible.flatMap((part) => groups[part] ?? shortNames(part.split('、'), units))

function targetDifferences({ id, no, target }: IndicatorDefinition, body: string): readonly string[] {
  const hasWords = [...printed, ...implied, ...best].includes(no) && !sharing.includes(no)
  if (target.shape === 'none') return hasWords ? [`${id}: the plan sets a target`] : []
  if (!hasWords) return [`${id}: the plan sets no target`]
  if (!isPhraseOf(body, target.wording)) return [`${id}: ${target.wording} is no whole phrase of the plan`]
  return differing(`${id}, target`, target, targetOf(no, target.wording))
}

/** Between two punctuation marks; what is done by a verb alone may begin after it. */
function isPhraseOf(body: string, wording: string): boolean {
  const at = body.indexOf(wording)
  const [before, behind] = [body.slice(0, at), body.slice(at + wording.length)]
  return at >= 0 && /([,、。]|^|,实行)$/.test(before) && /^[,、。]/.test(behind)
}

const figurePattern = /(\d+)(%|项|亿条)/

/** The target that a wording means. */
function targetOf(no: number, wording: string): Target {
  if (best.includes(no)) return { shape: 'rank', wording }
  const [, digits, unit] = figurePattern.exec(wording) ?? []
  if (digits === undefined) return { shape: 'strive', value: 100, wording }
  const value = Number(digits) * (unit === '亿条' ? 100_000_000 : 1)
  if (wording.startsWith('力争')) return { shape: 'strive', value, wording }
  if (unit !== '%') return { shape: 'count', value, wording }
  // 100 % of an even pace may be surpassed
  const isFloor = wording.endsWith('以上') || wording.includes('按均衡进度')
  return isFloor || value !== 100 ? { shape: 'floor', value, wording } : { shape: 'full', value, wording }
}

/** Every figure of a clause is some entry's target: none is forgotten. */
function unclaimed({ clause, body }: Clause, entries: readonly IndicatorDefinition[]): readonly string[] {
  const wordings = entries.flatMap(({ target }) => (target.shape === 'none' ? [] : [target.wording]))
  const rest = wordings.reduce((text, wording) => text.replace(wording, ''), body)
  const figure = figurePattern.exec(rest)
  return figure === null ? [] : [`clause ${clause}: nobody's target is ${figure[0]}`]
}

import type { WarningLevel } from '../../../contract/fact.ts'

const colours: readonly (readonly [WarningLevel, RegExp])[] = [
  ['red', /红色|\bred\b/i],
  ['orange', /橙色|\borange\b/i],
  ['yellow', /黄色|\byellow\b/i],
  ['blue', /蓝色|\bblue\b/i],
]

/** Ⅰ Ⅱ Ⅲ Ⅳ 级, as 国家突发公共事件总体应急预案 pairs them with the colours. Behind 十 stands the force of a wind. */
const grades: readonly (readonly [WarningLevel, RegExp])[] = [
  ['blue', /(?:IV|Ⅳ|(?<!十)四) ?级/],
  ['yellow', /(?:III|Ⅲ|(?<!十)三) ?级/],
  ['orange', /(?:II|Ⅱ|(?<!十)二) ?级/],
  ['red', /(?:I|Ⅰ|(?<!十)一) ?级/],
]

const severities: Readonly<Record<string, WarningLevel>> = { extreme: 'red', severe: 'orange', moderate: 'yellow', minor: 'blue' }

const firstIn = (text: string, table: typeof colours): WarningLevel | undefined => table.find(([, words]) => words.test(text))?.[0]

/** The level that words name by a colour or a grade; undefined when they name none. */
export const levelInWords = (text: string): WarningLevel | undefined => firstIn(text, colours) ?? firstIn(text, grades)

/** Of the severities of CAP; undefined for Unknown. */
export function levelOfSeverity(severity: string): WarningLevel | undefined {
  const key = severity.toLowerCase()
  return Object.hasOwn(severities, key) ? severities[key] : undefined
}

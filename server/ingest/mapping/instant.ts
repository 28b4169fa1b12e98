import { zoneSchema } from '../../../contract/feed.ts'
import { dayMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { localInstant } from '../feeds/upstream-time.ts'
import type { MapError } from '../dialect.ts'
import type { MappingFunction } from './mapping-function.ts'
import { functionError, isNothing } from './mapping-function.ts'
import { timePattern } from './time-pattern.ts'
import { quote, toAscii } from './words.ts'

/** Ways of writing a time that cannot be mistaken for one another. */
const knownTexts: readonly RegExp[] = [
  /^(?<year>\d{4})[-/.年](?<month>\d{1,2})[-/.月](?<day>\d{1,2})日?(?:[ T]{0,3}(?<hour>\d{1,2})[:时](?<minute>\d{1,2})(?:[:分](?:(?<second>\d{1,2})(?:[.,](?<fraction>\d{1,9}))?秒?)?)?)?$/,
  /^(?<year>(?:19|20)\d{2})(?<month>\d{2})(?<day>\d{2})(?:[T ]?(?<hour>\d{2})(?<minute>\d{2})(?:(?<second>\d{2})(?<fraction>\d{3})?)?)?$/,
]
const american =
  /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})(?: (?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?: ?(?<half>[AaPp][Mm]))?)?$/
const offsetAtEnd = /^(?<local>.*\d)\s?(?:(?<utc>Z|z)|(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2}))$/
const epochText = /^-?\d{10}(?:\d{3})?(?:\.\d{1,6})?$/

/** Days since 1899-12-30, as spreadsheets count from 1 March 1900 on. */
const excelEpochMs = Date.UTC(1899, 11, 30)
/** Numbers of days from 1992 to 2100, of seconds and milliseconds that are plausible here: the ranges do not meet. */
const excelDays = [33_604, 73_051] as const
const epochSeconds = [600_000_000, 4_200_000_000] as const
const epochMs = [600_000_000_000, 4_200_000_000_000] as const

const isIn = (value: number, [lowest, highest]: readonly [number, number]): boolean => value >= lowest && value <= highest

/** Spreadsheets keep a time of day as a fraction with the noise of a binary one: rounded to the millisecond. */
const fromExcel = (days: number, zone: string): Instant | undefined => {
  const local = new Date(excelEpochMs + Math.round(days * dayMs))
  if (Number.isNaN(local.getTime())) return undefined
  return localText(local.toISOString().slice(0, -1), zone)
}

function localText(text: string, zone: string): Instant | undefined {
  for (const known of knownTexts) {
    const parts = known.exec(text)?.groups
    if (parts !== undefined) return localInstant(parts, zone)
  }
  return undefined
}

function fromNumber(value: number, zone: string): Instant | undefined {
  if (isIn(value, epochMs)) return Math.round(value)
  if (isIn(value, epochSeconds)) return Math.round(value * secondMs)
  if (isIn(value, excelDays)) return fromExcel(value, zone)
  return Number.isSafeInteger(value) && value > 0 ? localText(String(value), zone) : undefined
}

/** A text with its own zone tells its instant; the feed's zone is for all others. */
function fromText(text: string, zone: string): Instant | undefined {
  if (epochText.test(text)) return fromNumber(Number(text), zone)
  const zoned = /[:时]/.test(text) || text.endsWith('Z') ? offsetAtEnd.exec(text)?.groups : undefined
  if (zoned === undefined) return localText(text, zone)
  const at = localText(zoned['local'] ?? '', 'UTC')
  if (at === undefined || zoned['utc'] !== undefined) return at
  const minutes = Number(zoned['hours']) * 60 + Number(zoned['minutes'])
  return at - (zoned['sign'] === '-' ? -minutes : minutes) * 60 * secondMs
}

function numeric(given: string | number): number | undefined {
  const value = Number(given)
  return Number.isFinite(value) ? value : undefined
}

function byFormat(given: string | number, format: string, zone: string): Instant | undefined {
  const text = toAscii(String(given))
  const value = numeric(text)
  if (format === 'ms') return value === undefined ? undefined : Math.round(value)
  if (format === 's') return value === undefined ? undefined : Math.round(value * secondMs)
  if (format === 'excel') return value === undefined ? undefined : fromExcel(value, zone)
  if (format === 'iso') return fromText(text, zone)
  const parts = (format === 'american' ? american : timePattern(format)).exec(text)?.groups
  return parts === undefined ? undefined : localInstant(parts, zone)
}

const knownZones = new Map<string, boolean>()

function isZone(name: string): boolean {
  let isKnown = knownZones.get(name)
  if (isKnown === undefined) {
    isKnown = zoneSchema.safeParse(name).success
    if (knownZones.size < 1_000) knownZones.set(name, isKnown)
  }
  return isKnown
}

function zoneOf(given: unknown, usual: string): string {
  if (given === undefined || given === null) return usual
  if (typeof given === 'string' && isZone(given)) return given
  throw functionError('unknown-value', '$instant(zone)', `${quote(given)} is no time zone; give one such as "Asia/Shanghai"`)
}

function notATime(given: unknown, format: string | undefined, zone: string): MapError {
  const cure =
    format === undefined ? 'send it as "2026-11-23 14:21:08", or name its format as the second argument' : `it should read as ${quote(format)}`
  return functionError('bad-instant', '$instant(time)', `${quote(given)} is not a time; ${cure}, in ${zone}`)
}

export const instant: MappingFunction = {
  name: 'instant',
  signature: '$instant(time, format?, zone?)',
  zh: '时间转为 UTC 毫秒。自动识别 ISO、2026-11-23 14:21:08、2026/11/23 9:05、2026年11月23日14时21分、20261123142108[毫秒]、Unix 秒或毫秒、Excel 日期序号；其他写法用格式说明：american、s、ms、excel、iso，或 dd/MM/yyyy HH:mm 之类。不带时区的按数据源的时区。',
  en: 'A time as UTC milliseconds. Knows ISO, 2026-11-23 14:21:08, 2026/11/23 9:05, 2026年11月23日14时21分, 20261123142108[SSS], Unix seconds or milliseconds and spreadsheet days by itself; else name the format: american, s, ms, excel, iso, or letters such as dd/MM/yyyy HH:mm. Times without a zone are in the feed’s.',
  example: { expression: "$instant('2026-11-23 14:21:08')", gives: 1_795_414_868_000 },
  call([given, format, zoneGiven], { feed }) {
    if (isNothing(given)) return undefined
    const zone = zoneOf(zoneGiven, feed.zone)
    const isNamed = typeof format === 'string' && format !== ''
    if (!isNamed && !isNothing(format))
      throw functionError('bad-shape', '$instant(format)', `${quote(format)} is no format; give a text such as "american"`)
    if (typeof given !== 'string' && typeof given !== 'number') throw notATime(given, undefined, zone)
    const at = isNamed ? byFormat(given, format, zone) : typeof given === 'number' ? fromNumber(given, zone) : fromText(toAscii(given), zone)
    if (at === undefined || Number.isNaN(at)) throw notATime(given, isNamed ? format : undefined, zone)
    return at
  },
}

import type { DutyRules, RosterMistake } from '../../contract/duty.ts'
import { mostPlacements } from '../../contract/duty-fact.ts'
import type { DutyPost, Placement } from '../../contract/duty-fact.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { readSheetRows } from '../ingest/codecs/sheet.ts'
import type { Cell } from '../ingest/codecs/sheet.ts'
import { guardWorkbook } from '../ingest/codecs/xlsx-guard.ts'
import { readTable } from '../video/camera-table.ts'

/** 值班表 as it was imported; with mistakes there is nothing to record. */
export interface ReadRoster {
  readonly placements: readonly Placement[]
  readonly mistakes: readonly RosterMistake[]
}

type Column = 'day' | 'shift' | 'post' | 'name' | 'unit' | 'phone'

/** as the header may call them; the first is what a message says. Others, such as 编号 and 备注, are left alone */
const columnNames: Readonly<Record<Column, readonly string[]>> = {
  day: ['日期', '值班日期', 'date'],
  shift: ['班次', '班别', 'shift'],
  post: ['岗位', '职责', '角色', 'post', 'role'],
  name: ['姓名', '值班人', '人员', 'name'],
  unit: ['单位', '所属单位', '部门', 'unit'],
  phone: ['电话', '联系电话', '手机', '手机号', '联系方式', 'phone'],
}
const columns: readonly Column[] = ['day', 'shift', 'post', 'name', 'unit', 'phone']
const needed: readonly Column[] = ['day', 'shift', 'post', 'name']

const postNames: Readonly<Record<DutyPost, readonly string[]>> = {
  lead: ['带班领导', '带班', 'lead'],
  chief: ['值班长', '班长', 'chief'],
  operator: ['值班员', '值班人员', '坐席', 'operator'],
  support: ['技术保障', '技术值班', '技术', 'support'],
  contact: ['各单位值班联系人', '单位值班联系人', '值班联系人', '联系人', 'contact'],
}

const headerWithin = 10
const mostUnpackedBytes = 8 * 1024 * 1024
const limits = { queue: 'desk', mostRows: 20_000, timeoutMs: 20_000 } as const
const fileMistake = (problem: string): ReadRoster => ({ placements: [], mistakes: [{ row: undefined, column: undefined, problem }] })

/** Reads a roster, CSV (UTF-8 or GB18030) or the first sheet of an XLSX workbook, and tells every mistake with its place. */
export async function readRoster(bytes: Buffer, rules: DutyRules): Promise<ReadRoster> {
  const table = await rowsIn(bytes)
  return table.ok ? judge(table.value, rules) : fileMistake(table.error)
}

async function rowsIn(bytes: Buffer): Promise<Result<readonly (readonly string[])[], string>> {
  if (bytes.length === 0) return fail('the file is empty: choose the roster')
  if (bytes.subarray(0, 4).toString('latin1') !== 'PK\u0003\u0004') return await readTable('roster.csv', bytes)
  const unreadable = 'not readable as an .xlsx workbook: open it and save it anew as .xlsx (Excel, WPS: 另存为), without a password'
  if (!guardWorkbook(bytes, mostUnpackedBytes).ok) return fail(unreadable)
  const rows = await readSheetRows(bytes, 1, limits)
  return rows.ok ? ok(rows.value.map((row) => row.map(textOf))) : fail(unreadable)
}

/** a spreadsheet's dates are midnights of UTC */
const textOf = (cell: Cell): string => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? '').trim())

type Header = ReadonlyMap<Column, number>

function judge(rows: readonly (readonly string[])[], rules: DutyRules): ReadRoster {
  const at = rows.slice(0, headerWithin).findIndex((cells) => headerOf(cells).has('day') && headerOf(cells).has('name'))
  if (at === -1) return fileMistake(`no header found in the first ${String(headerWithin)} rows: expected ${needed.map(titleOf).join('、')}`)
  const header = headerOf(rows[at] ?? [])
  const missing = needed.filter((column) => !header.has(column))
  if (missing.length > 0)
    return {
      placements: [],
      mistakes: missing.map((column) => ({ row: at + 1, column: titleOf(column), problem: 'no column is called so: add it' })),
    }
  const read = rows.flatMap((cells, index) => (index <= at || cells.every((cell) => cell === '') ? [] : [rowOf(cells, index + 1, header, rules)]))
  if (read.length === 0) return fileMistake('nobody stands below the header: fill in the roster')
  if (read.length > mostPlacements)
    return fileMistake(`${String(read.length)} rows, expected ${String(mostPlacements)} at most: import a month at a time`)
  const twins = twinMistakes(read)
  return { placements: read.flatMap(({ placement }) => placement ?? []), mistakes: [...read.flatMap(({ mistakes }) => mistakes), ...twins] }
}

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\(.*?\)/g, '')
    .replace(/\s+/g, '')
    .toLowerCase()
const titleOf = (column: Column): string => columnNames[column][0] ?? column

function headerOf(cells: readonly string[]): Header {
  const found = new Map<Column, number>()
  for (const column of columns) {
    const index = cells.findIndex((cell) => columnNames[column].includes(plain(cell)))
    if (index !== -1) found.set(column, index)
  }
  return found
}

interface ReadRow {
  readonly row: number
  readonly placement: Placement | undefined
  readonly mistakes: readonly RosterMistake[]
}

function rowOf(cells: readonly string[], row: number, header: Header, rules: DutyRules): ReadRow {
  const mistakes: RosterMistake[] = []
  const textIn = (column: Column): string => (cells[header.get(column) ?? -1] ?? '').trim()
  const take = <T>(column: Column, read: (text: string) => Result<T, string>): T | undefined => {
    const meaning = read(textIn(column))
    if (meaning.ok) return meaning.value
    mistakes.push({ row, column: titleOf(column), problem: meaning.error })
    return undefined
  }
  const day = take('day', dayIn)
  const shift = take('shift', (text) => shiftIn(text, rules))
  const post = take('post', postIn)
  const name = take('name', nameIn)
  const unit = take('unit', (text) => unitIn(text, post))
  const phone = take('phone', phoneIn)
  if (mistakes.length > 0 || day === undefined || shift === undefined || post === undefined || name === undefined)
    return { row, placement: undefined, mistakes }
  return { row, placement: { day, shift, post, name, ...(unit && { unit }), ...(phone && { phone }) }, mistakes }
}

const found = (text: string): string => (text === '' ? 'found nothing' : `found ${JSON.stringify(text.slice(0, 60))}`)

function dayIn(text: string): Result<string, string> {
  const [, year = '', month = '', date = ''] = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(text.normalize('NFKC').replace(/\s/g, '')) ?? []
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const at = Date.parse(day)
  // Date.parse takes 31 November for 1 December
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(day)) return ok(day)
  return fail(`${found(text)}, expected a day such as 2026-11-24`)
}

function shiftIn(text: string, { shifts }: DutyRules): Result<string, string> {
  const only = shifts.length === 1 && text === '' ? shifts[0] : undefined
  const shift = only ?? shifts.find(({ id, name, nameEn }) => [id, plain(name), plain(nameEn)].includes(plain(text)))
  if (shift !== undefined) return ok(shift.id)
  return fail(`${found(text)}, expected one of ${shifts.map(({ name }) => name).join('、')} (config/duty.yaml)`)
}

function postIn(text: string): Result<DutyPost, string> {
  for (const [post, names] of Object.entries(postNames)) if (names.includes(plain(text))) return ok(post as DutyPost)
  return fail(
    `${found(text)}, expected one of ${Object.values(postNames)
      .map(([first]) => first ?? '')
      .join('、')}`,
  )
}

function nameIn(text: string): Result<string, string> {
  if (/[、,，;；/]/.test(text)) return fail(`${found(text)}, expected one name: give each person a row`)
  if (/\d{7}/.test(text)) return fail('found a number in it, expected a name alone: telephones stand in a column of their own')
  return text !== '' && text.length <= 40 && !/\p{C}/u.test(text) ? ok(text) : fail(`${found(text)}, expected a name of 1 to 40 characters`)
}

function unitIn(text: string, post: DutyPost | undefined): Result<string, string> {
  if (post === 'contact' && text === '') return fail('found nothing, expected the unit that the contact speaks for')
  if (/\d{7}/.test(text)) return fail('found a number in it, expected a unit alone: telephones stand in a column of their own')
  return text.length <= 60 ? ok(text) : fail(`${found(text)}, expected 60 characters at most`)
}

function phoneIn(text: string): Result<string, string> {
  const phone = text.normalize('NFKC').trim()
  if (phone === '' || /^[\d+\-() ,转]{3,40}$/.test(phone)) return ok(phone)
  return fail('found something else than a telephone number, expected digits such as 0933-8212345 or 8212345')
}

/** Of a post twice the same person: one of the rows means somebody else. */
function twinMistakes(read: readonly ReadRow[]): readonly RosterMistake[] {
  const seen = new Map<string, number>()
  return read.flatMap(({ row, placement }) => {
    if (placement === undefined) return []
    const { day, shift, post, name, unit } = placement
    const key = JSON.stringify([day, shift, post, name, unit])
    const first = seen.get(key)
    if (first === undefined) seen.set(key, row)
    return first === undefined
      ? []
      : [{ row, column: titleOf('name'), problem: `${name} stands in row ${String(first)} already, for the same shift and post` }]
  })
}

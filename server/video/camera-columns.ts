import type { Sensitivity, VideoDomain } from '../../contract/video-fact.ts'
import { changesBetween } from '../configuration/unknown-name.ts'
import type { Table } from './camera-table.ts'

/** Columns of a camera list, by each of the names they may have; the first is the one that messages use. */
export const columnNames = {
  id: ['编码', '编号', 'id'],
  code: ['国标编码', 'code'],
  name: ['名称', 'name'],
  domain: ['领域', 'domain'],
  unit: ['责任单位', 'unit'],
  subdistrict: ['乡镇街道', 'subdistrict'],
  longitude: ['经度', 'longitude'],
  latitude: ['纬度', 'latitude'],
  heading: ['朝向', 'heading'],
  sensitivity: ['敏感级别', 'sensitivity'],
  key: ['重点', '重点点位', 'key'],
  main: ['主码流', 'main'],
  sub: ['子码流', '辅码流', 'sub'],
  kind: ['码流类型', 'kind'],
} as const
export type Column = keyof typeof columnNames

export const domainNames: Readonly<Record<string, VideoDomain>> = {
  社会治理: 'social-governance',
  城市管理: 'urban-management',
  智慧文旅: 'culture-tourism',
}
export const sensitivityNames: Readonly<Record<string, Sensitivity>> = { 公开: 'open', 内部: 'internal', 敏感: 'sensitive' }
export const keyNames: Readonly<Record<string, boolean>> = {
  是: true,
  否: false,
  yes: true,
  no: false,
  true: true,
  false: false,
  '1': true,
  '0': false,
}
/** degrees clockwise from north */
export const headingNames: Readonly<Record<string, number>> = { 北: 0, 东北: 45, 东: 90, 东南: 135, 南: 180, 西南: 225, 西: 270, 西北: 315 }

/** Where the names of columns stand, and which column each is. */
export interface Header {
  /** index in the table */
  readonly at: number
  readonly columns: ReadonlyMap<Column, { readonly index: number; readonly title: string }>
  /** names that are none, and differ from one by a single character: their column would be missed in silence */
  readonly misspelt: readonly { readonly title: string; readonly name: string }[]
  readonly width: number
}

/** A title may stand above the names, but not a whole page. */
const headerWithin = 10

/** The first row that names two columns or more; what is in brackets behind a name is for people: 经度（°）. Undefined where there is none. */
export function findHeader(table: Table): Header | undefined {
  for (const [at, cells] of table.slice(0, headerWithin).entries()) {
    const columns = new Map<Column, { readonly index: number; readonly title: string }>()
    for (const [index, title] of cells.entries()) {
      const column = columnCalled(plain(title))
      if (column !== undefined && !columns.has(column)) columns.set(column, { index, title })
    }
    if (columns.size >= 2) return { at, columns, misspelt: cells.flatMap((title) => misspelling(title)), width: widthOf(cells) }
  }
  return undefined
}

const plain = (title: string): string =>
  title
    .normalize('NFKC')
    .replace(/\(.*\)$/, '')
    .trim()
    .toLowerCase()

function columnCalled(title: string): Column | undefined {
  const found = Object.entries(columnNames).find(([, names]) => (names as readonly string[]).includes(title))
  // the keys of columnNames are columns
  return found?.[0] as Column | undefined
}

function misspelling(title: string): Header['misspelt'] {
  const given = plain(title)
  if (columnCalled(given) !== undefined) return []
  // short names have too many neighbours: 高度 is not 经度
  const long = Object.values(columnNames)
    .flat()
    .filter((name) => name.length >= (/^[a-z]/.test(name) ? 6 : 3))
  const name = long.find((each) => changesBetween(given, each) === 1)
  return name === undefined ? [] : [{ title, name }]
}

/** Without the empty cells at its end. */
export const widthOf = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell !== '') + 1

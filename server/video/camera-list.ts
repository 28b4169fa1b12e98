import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Registry } from '../core/registry.ts'
import { CameraCells } from './camera-cells.ts'
import type { CameraListMistake } from './camera-cells.ts'
import { columnNames, findHeader, widthOf } from './camera-columns.ts'
import type { Header } from './camera-columns.ts'
import { readRow } from './camera-row.ts'
import type { CameraRow, CameraVocabulary } from './camera-row.ts'
import { readTable } from './camera-table.ts'
import type { Table } from './camera-table.ts'
import type { CatalogueItem, RefusedItem } from './provider.ts'

const mostMegabytes = 16

/** What a camera list says now. */
export class CameraRows {
  readonly rows: readonly CameraRow[]
  readonly mistakes: readonly CameraListMistake[]
  readonly #byId: ReadonlyMap<string, CameraRow>
  readonly #byCode: ReadonlyMap<string, CameraRow>

  constructor(rows: readonly CameraRow[], mistakes: readonly CameraListMistake[]) {
    this.rows = rows
    this.mistakes = mistakes
    this.#byId = new Map(rows.flatMap((row) => (row.id === undefined ? [] : [[row.id, row]])))
    this.#byCode = new Map(rows.flatMap((row) => (row.code === undefined ? [] : [[row.code, row]])))
  }

  /** The row of a camera: by its id, else by its GB/T 28181 code, which for some platforms is the id. */
  of({ id, code }: Pick<CatalogueItem, 'id' | 'code'>): CameraRow | undefined {
    return this.#byId.get(id) ?? this.#byCode.get(code ?? id)
  }
}

/**
 * The camera list of one platform, read again when its file has changed. What cannot be read as a whole leaves what was read before: a file
 * that somebody is just saving must not open a camera that it closes.
 */
export class CameraList {
  /** as config names it */
  readonly file: string
  readonly #path: string
  readonly #vocabulary: CameraVocabulary
  #rows = new CameraRows([], [])
  /** of the file that was read last */
  #mark = ''
  #reading: Promise<CameraRows> | undefined

  constructor(path: string, file: string, vocabulary: CameraVocabulary) {
    this.#path = path
    this.file = file
    this.#vocabulary = vocabulary
  }

  /** Never fails: what is wrong with the file is among the mistakes. */
  read(): Promise<CameraRows> {
    this.#reading ??= this.#readChanged().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** Mistakes, and rows that none of these cameras answers to: both stay without effect. */
  refusals(list: CameraRows, cameras: readonly CatalogueItem[]): readonly RefusedItem[] {
    const used = new Set(cameras.map((camera) => list.of(camera)))
    const unused = list.rows.filter((row) => !used.has(row)).map(({ row }) => ({ row, column: undefined, problem: unusedRow }))
    return [...list.mistakes, ...unused].map((mistake) => {
      const place = [this.file, placeOf(mistake)].filter(Boolean).join(' ')
      return { detail: `${place}: ${mistake.problem}`, raw: place }
    })
  }

  async #readChanged(): Promise<CameraRows> {
    try {
      const { mtimeMs, size } = await stat(this.#path)
      const mark = `${String(mtimeMs)} ${String(size)}`
      if (mark === this.#mark) return this.#rows
      this.#rows = size > mostMegabytes * 1024 * 1024 ? this.#asBefore([tooLarge]) : await this.#readAnew()
      this.#mark = mark
    } catch {
      // gone, or not ours to read: it may be back at the next look
      this.#mark = ''
      this.#rows = this.#asBefore(['cannot be read: put it into config/video, readable by the server'])
    }
    return this.#rows
  }

  async #readAnew(): Promise<CameraRows> {
    const table = await readTable(this.file, await readFile(this.#path))
    if (!table.ok) return this.#asBefore([table.error])
    const header = findHeader(table.value)
    if (header === undefined) return this.#asBefore([noHeader])
    if (header.misspelt.length > 0) return this.#asBefore(header.misspelt.map(({ title, name }) => misspelt(title, name)))
    return rowsBelow(table.value, header, this.#vocabulary)
  }

  #asBefore(problems: readonly string[]): CameraRows {
    return new CameraRows(
      this.#rows.rows,
      problems.map((problem) => ({ row: undefined, column: undefined, problem })),
    )
  }
}

const tooLarge = `larger than ${String(mostMegabytes)} MiB: save only the rows in use`
const examples = [columnNames.id, columnNames.name, columnNames.unit].map((names) => names.join(' / ')).join(', ')
const noHeader = `found no row with the names of the columns, expected such as ${examples}`
const misspelt = (title: string, name: string): string => `no column is called ${JSON.stringify(title)}; the nearest is ${JSON.stringify(name)}`
const unusedRow = 'the catalogue of the platform has no camera of this number: check it'

/** `row 5, column 经度`; empty for the file as a whole. */
const placeOf = ({ row, column }: CameraListMistake): string =>
  [row === undefined ? [] : `row ${String(row)}`, column === undefined ? [] : `column ${column}`].flat().join(', ')

function rowsBelow(table: Table, header: Header, vocabulary: CameraVocabulary): CameraRows {
  const rows: CameraRow[] = []
  const mistakes: CameraListMistake[] = []
  const taken = new Map<string, number>()
  for (const [index, texts] of table.entries()) {
    if (index <= header.at || widthOf(texts) === 0) continue
    const cells = new CameraCells(texts, index + 1, header)
    const row = readRow(cells, vocabulary)
    if (row !== undefined && isFirst(row, cells, taken)) rows.push(row)
    mistakes.push(...cells.mistakes)
  }
  return new CameraRows(rows, mistakes)
}

/** A camera has one row; of two the first counts. */
function isFirst(row: CameraRow, cells: CameraCells, taken: Map<string, number>): boolean {
  for (const column of ['id', 'code'] as const) {
    const name = row[column]
    if (name === undefined) continue
    const first = taken.get(`${column} ${name}`)
    if (first !== undefined) {
      cells.report(column, `found ${JSON.stringify(name)}, which row ${String(first)} has already: a camera has one row`)
      return false
    }
    taken.set(`${column} ${name}`, row.row)
  }
  return true
}

/** The camera lists of all platforms that have one, by platform. `folder` is config/video. */
export function openCameraLists(
  folder: string,
  { videoPlatforms, units, districts }: Pick<Registry, 'videoPlatforms' | 'units' | 'districts'>,
): ReadonlyMap<string, CameraList> {
  const lists = new Map<string, CameraList>()
  for (const platform of videoPlatforms.values()) {
    if (platform.cameraList === undefined) continue
    const own = [...units.values()].filter(({ district }) => district === platform.district)
    const vocabulary = { platform, units: own, district: districts.get(platform.district) }
    lists.set(platform.id, new CameraList(join(folder, platform.cameraList), platform.cameraList, vocabulary))
  }
  return lists
}

/** Every mistake of every list, as the start tells those of the configuration: by file, relative to config, and by row and column. */
export async function cameraListProblems(
  lists: Iterable<CameraList>,
): Promise<readonly { readonly file: string; readonly path: string; readonly problem: string }[]> {
  const told = await Promise.all([...lists].map(async (list) => ({ file: `video/${list.file}`, mistakes: (await list.read()).mistakes })))
  return told.flatMap(({ file, mistakes }) => mistakes.map((mistake) => ({ file, path: placeOf(mistake), problem: mistake.problem })))
}

import type { Result } from '../../contract/result.ts'
import { columnNames, widthOf } from './camera-columns.ts'
import type { Column, Header } from './camera-columns.ts'

/** A mistake of a camera list, with its place: `column` as its header calls it; both undefined where the file as a whole is wrong. */
export interface CameraListMistake {
  /** as a spreadsheet counts, from 1 */
  readonly row: number | undefined
  readonly column: string | undefined
  /** found …, expected … */
  readonly problem: string
}

const nothing: ReadonlySet<string> = new Set(['', '-', '--', '—', '——', '/', '无'])
/** in which digits and marks must be those of a keyboard: two that look alike would be two cameras */
const exact: ReadonlySet<Column> = new Set(['id', 'code', 'longitude', 'latitude', 'heading', 'main', 'sub'])
/** of which a message repeats nothing: they lead to cameras */
const untold: ReadonlySet<Column> = new Set(['main', 'sub'])
const fullWidth = /[\uff01-\uff5e\u3000]/

/** The cells of one row by their columns, and what is wrong with them: one mistake for each cell. */
export class CameraCells {
  readonly row: number
  /** there are more cells than columns: which is which cannot be known */
  readonly isTooWide: boolean
  readonly #header: Header
  readonly #texts = new Map<Column, string>()
  readonly #mistakes = new Map<Column, CameraListMistake>()

  constructor(cells: readonly string[], row: number, header: Header) {
    this.row = row
    this.#header = header
    this.isTooWide = widthOf(cells) > header.width
    for (const [column, { index }] of header.columns) {
      const text = (cells[index] ?? '').trim()
      if (nothing.has(text)) continue
      if (exact.has(column) && fullWidth.test(text)) this.report(column, fullWidthProblem(column, text))
      else this.#texts.set(column, text)
    }
  }

  get mistakes(): readonly CameraListMistake[] {
    return this.isTooWide ? [{ row: this.row, column: undefined, problem: tooWide }] : [...this.#mistakes.values()]
  }

  report(column: Column, problem: string): void {
    if (this.#mistakes.has(column)) return
    this.#mistakes.set(column, { row: this.row, column: this.#header.columns.get(column)?.title ?? columnNames[column].join(' / '), problem })
  }

  /** Undefined where a cell says nothing, or what was told to be wrong. */
  text(column: Column): string | undefined {
    return this.#texts.get(column)
  }

  /** What a cell means; `wrong` where it means nothing. */
  read<T>(column: Column, meaningOf: (text: string) => Result<T, string>, wrong?: T): T | undefined {
    const text = this.text(column)
    if (text === undefined) return undefined
    const meaning = meaningOf(text)
    if (meaning.ok) return meaning.value
    this.report(column, meaning.error)
    return wrong
  }
}

const tooWide = 'found more cells than columns: put texts that hold a comma in quotation marks'

function fullWidthProblem(column: Column, text: string): string {
  if (untold.has(column)) return 'found full-width characters in it, expected those of a keyboard'
  return `found ${quoted(text)}, expected ${quoted(text.normalize('NFKC'))}: full-width characters are others`
}

export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

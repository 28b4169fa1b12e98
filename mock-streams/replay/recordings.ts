import { la311 } from './la311.ts'

/** One thing an upstream said in a recording. */
export interface RecordedMessage {
  /** when it was said, UTC milliseconds */
  readonly at: number
  readonly message: object
}

export interface Recording {
  /** the feed it is replayed to */
  readonly feed: string
  /** columns that its file must have */
  readonly columns: readonly string[]
  /** what the upstream said of one row, over time. Errors: throws an Error that says what is wrong with the row. */
  readonly messagesOf: (row: Readonly<Record<string, string>>) => readonly RecordedMessage[]
  /** the dimensions that people compare with the wall: heading → what a row counts as */
  readonly totals: Readonly<Record<string, (row: Readonly<Record<string, string>>) => string>>
}

/** Every recording that can be replayed: another one is a file here and a word in this list. */
export const recordings: readonly Recording[] = [la311]

import type { Instant } from '../../../../contract/time.ts'

/** A name in a watched folder. */
export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'link' | 'other'
  /** bytes */
  readonly size: number
  readonly modifiedAt: Instant
  /** differs whenever the content may differ */
  readonly version: string
}

export type Read =
  | { readonly outcome: 'whole'; readonly bytes: Buffer }
  /** `start`: its first bytes, for keeping */
  | { readonly outcome: 'too-large'; readonly start: Buffer }
  /** somebody took it away, or still writes it: it is looked at again later */
  | { readonly outcome: 'gone' | 'changed' }
  | { readonly outcome: 'denied'; readonly words: string }

/** A folder, here or on a server, that files are dropped into. */
export interface Place {
  /** for people, without secrets */
  readonly words: string
  /** What lies in it under a wanted name; sub-folders are not looked into. @throws in words when it cannot be told */
  list(isWanted: (name: string) => boolean): Promise<readonly Entry[]>
  read(entry: Entry, mostBytes: number): Promise<Read>
  /**
   * Into a sub-folder of the place, which is made; under `spare` where a file of its name is there already.
   * @returns false when another file lies under the name by now, which is left there. @throws FileTrouble
   */
  move(entry: Entry, folder: string, spare: string): Promise<boolean>
  /** @returns false when another file lies under the name by now, which is left there. @throws FileTrouble */
  remove(entry: Entry): Promise<boolean>
  /** @throws FileTrouble */
  write(folder: string, name: string, text: string): Promise<void>
}

/** A file could not be moved, removed or written. */
export class FileTrouble extends Error {
  override readonly name = 'FileTrouble'
  /** gone: it is not there any more, somebody else took it away · ours: something stands where our own folders must be */
  readonly kind: 'gone' | 'ours' | 'other'

  constructor(words: string, kind: FileTrouble['kind']) {
    super(words)
    this.kind = kind
  }
}

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
  /** Into a sub-folder of the place, which is made; under `spare` where `target` is there already. @throws FileTrouble */
  move(name: string, folder: string, target: string, spare: string): Promise<void>
  /** @throws FileTrouble */
  remove(name: string): Promise<void>
  /** @throws FileTrouble */
  write(folder: string, name: string, text: string): Promise<void>
}

/** A file could not be moved, removed or written. */
export class FileTrouble extends Error {
  override readonly name = 'FileTrouble'
  /** it is not there any more: somebody else took it away */
  readonly isGone: boolean

  constructor(words: string, isGone: boolean) {
    super(words)
    this.isGone = isGone
  }
}

import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a feed's files are dropped: <data>/drops/<feed>. */
export const dropFolder = (dataDirectory: string, feed: string): string => join(dataDirectory, 'drops', feed)

/** Writes a file under another name and then renames it: nobody sees half of it. */
export async function dropByRename(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  const unfinished = join(folder, `${name}.tmp`)
  await writeFile(unfinished, bytes)
  await rename(unfinished, join(folder, name))
}

/** Writes a file, and then an empty one beside it that says it is whole. */
export async function dropWithMarker(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), bytes)
  await writeFile(join(folder, `${name}.ok`), '')
}

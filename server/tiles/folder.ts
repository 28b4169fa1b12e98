import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tile, TileSource } from './tile-source.ts'

const endings = ['png', 'jpg', 'jpeg', 'webp'] as const

/** Files {z}/{x}/{y} below a folder, whichever of the endings they have; the one found last is tried first. */
export function createFolderSource(directory: string): TileSource {
  let usual: (typeof endings)[number] = 'png'
  return {
    async read({ z, x, y }: Tile) {
      for (const ending of [usual, ...endings.filter((other) => other !== usual)]) {
        const body = await readFile(join(directory, String(z), String(x), `${String(y)}.${ending}`)).catch(() => undefined)
        if (body === undefined) continue
        usual = ending
        return body
      }
      return undefined
    },
    close: () => Promise.resolve(),
  }
}

/** One square of a web map's pyramid, as in {z}/{x}/{y}: y from the north. */
export interface Tile {
  readonly z: number
  readonly x: number
  readonly y: number
}

/** Where tiles come from. */
export interface TileSource {
  /** @returns the picture's bytes; undefined where there is none. Never throws: what kept it from being got was logged */
  readonly read: (tile: Tile) => Promise<Buffer | undefined>
  readonly close: () => Promise<void>
}

/** What may be handed to a browser as a picture, by its first bytes; undefined for anything else, such as a page that says why there is none. */
export function pictureType(body: Buffer): 'image/png' | 'image/jpeg' | 'image/webp' | undefined {
  if (body.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png'
  if (body.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
  return body.toString('latin1', 0, 4) === 'RIFF' && body.toString('latin1', 8, 12) === 'WEBP' ? 'image/webp' : undefined
}

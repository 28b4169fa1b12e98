import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Tiles } from '../../contract/tiles.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'
import { openDiskCache } from './disk-cache.ts'
import { createFolderSource } from './folder.ts'
import { openPmtiles } from './pmtiles.ts'
import { createTiandituSource, keepTilesMs } from './tianditu.ts'
import type { TiandituOptions } from './tianditu.ts'
import type { TileSource } from './tile-source.ts'

export interface TileRooms {
  readonly mapDirectory: string
  /** for tiles that are fetched */
  readonly cacheDirectory: string
  readonly environment: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly log: Log
  readonly fetch: TiandituOptions['fetch']
}

const bytesPerMegabyte = 1_000_000

/**
 * Opens what app.yaml names.
 * @returns undefined when that is not there or not as it should be, which is logged with its cure: the map then shows our own ground
 */
export async function openTiles(tiles: Tiles, rooms: TileRooms): Promise<TileSource | undefined> {
  try {
    return await open(tiles, rooms)
  } catch (error) {
    rooms.log('warn', 'there are no tiles', { kind: tiles.kind, reason: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}

async function open(tiles: Tiles, { mapDirectory, cacheDirectory, environment, clock, log, fetch }: TileRooms): Promise<TileSource> {
  switch (tiles.kind) {
    case 'xyz': {
      const directory = join(mapDirectory, tiles.folder)
      if (!existsSync(directory)) throw new Error(`config/map/${tiles.folder} is missing: put the tiles there as {z}/{x}/{y}.png, .jpg or .webp`)
      return createFolderSource(directory)
    }
    case 'pmtiles': {
      const path = join(mapDirectory, tiles.file)
      if (!existsSync(path)) throw new Error(`config/map/${tiles.file} is missing: put the archive there`)
      return await openPmtiles(path).catch((error: unknown) => {
        throw new Error(`config/map/${tiles.file}: ${error instanceof Error ? error.message : String(error)}`)
      })
    }
    case 'tianditu': {
      const token = environment[tiles.tokenEnv]
      if (token === undefined || token === '')
        throw new Error(`the variable ${tiles.tokenEnv} is empty: put the 天地图 server token (服务器端) there`)
      const cache = await openDiskCache({
        directory: cacheDirectory,
        mostBytes: tiles.cacheMegabytes * bytesPerMegabyte,
        keepMs: keepTilesMs,
        now: () => clock.now(),
      })
      return createTiandituSource({ url: tiles.url, layer: tiles.layer, token, cache, fetch, clock, log })
    }
  }
}

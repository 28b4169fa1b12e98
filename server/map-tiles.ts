import { join } from 'node:path'
import type { Closing } from './closing.ts'
import type { Registry } from './core/registry.ts'
import type { TileRooms } from './http/map-tiles.ts'
import { createHostGuard } from './ingest/host-guard.ts'
import type { Log } from './log.ts'
import type { Settings } from './settings.ts'
import { systemClock as clock } from './system-clock.ts'
import { createGuardedFetch } from './tiles/guarded-fetch.ts'
import { openTiles } from './tiles/open-tiles.ts'
import { pictureType } from './tiles/tile-source.ts'

interface Setting {
  readonly settings: Settings
  readonly registry: Registry
  readonly log: Log
  readonly closing: Closing
}

/** Opens the tiles that app.yaml names, as the HTTP room hands them out; undefined where it names none. */
export async function openMapTiles({ registry, settings, log, closing }: Setting): Promise<TileRooms['tiles']> {
  const { tiles } = registry.app
  if (tiles === undefined) return undefined
  // the one host of the provider is allowed by being named as such
  const { hostname, port, protocol } = new URL(tiles.kind === 'tianditu' ? tiles.url : 'https://nobody.invalid')
  const hosts = createHostGuard([`${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`])
  const web = createGuardedFetch((host, hostPort) => hosts.resolve(host, hostPort))
  closing.add(() => web.close())
  const source = await openTiles(tiles, {
    mapDirectory: join(settings.configDirectory, 'map'),
    cacheDirectory: join(settings.dataDirectory, 'tiles'),
    environment: settings.environment,
    clock,
    log,
    fetch: web.fetch,
  })
  if (source !== undefined) closing.add(() => source.close())
  return {
    ...tiles,
    async read(tile) {
      const body = await source?.read(tile)
      const type = body && pictureType(body)
      return body && type && { body, type }
    },
  }
}

import { hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'
import type { DiskCache } from './disk-cache.ts'
import { pictureType } from './tile-source.ts'
import type { Tile, TileSource } from './tile-source.ts'

/** a map of the ground changes seldom */
export const keepTilesMs = 30 * 24 * hourMs
const answerWithinMs = 10 * secondMs
const longestTile = 1024 * 1024
/** after a failure nobody is asked for so long: a wall asks for a hundred at once */
const restMs = minuteMs
/** at the same time: the provider counts */
const mostAtOnce = 6

export interface TiandituOptions {
  readonly url: string
  readonly layer: 'vec' | 'img' | 'ter'
  readonly token: string
  readonly cache: DiskCache
  /** goes to the host of `url` and nowhere else */
  readonly fetch: (url: string, signal: AbortSignal) => Promise<{ readonly status: number; readonly body: Buffer }>
  readonly clock: Clock
  readonly log: Log
}

/**
 * 天地图 by WMTS (its document "地图API", Web Mercator layers `<layer>_w`). What is kept on disk is not asked for again within a month; when
 * the provider does not answer what is older stands in.
 */
export function createTiandituSource({ url, layer, token, cache, fetch, clock, log }: TiandituOptions): TileSource {
  const underWay = new Map<string, Promise<Buffer | undefined>>()
  const turns = createTurns(mostAtOnce)
  const closing = new AbortController()
  const isClosed = (): boolean => closing.signal.aborted
  let restUntil = -Infinity

  const addressOf = ({ z, x, y }: Tile): string => {
    const query = new URLSearchParams({
      ...{ SERVICE: 'WMTS', REQUEST: 'GetTile', VERSION: '1.0.0', LAYER: layer, STYLE: 'default', TILEMATRIXSET: 'w', FORMAT: 'tiles' },
      ...{ TILEMATRIX: String(z), TILEROW: String(y), TILECOL: String(x), tk: token },
    })
    return `${url.replace(/\/$/, '')}/${layer}_w/wmts?${query.toString()}`
  }

  async function ask(name: string, tile: Tile): Promise<Buffer | undefined> {
    if (clock.now() < restUntil || isClosed()) return await cache.getOld(name)
    try {
      const { status, body } = await fetch(addressOf(tile), AbortSignal.any([closing.signal, AbortSignal.timeout(answerWithinMs)]))
      // 天地图 has nothing there
      if (status === 404) return undefined
      if (status !== 200 || body.length > longestTile || pictureType(body) === undefined)
        throw new Error(`it answered ${String(status)} without a picture`)
      await cache.put(name, body)
      return body
    } catch (error) {
      restUntil = clock.now() + restMs
      if (!isClosed()) log('warn', 'tiles cannot be fetched', { from: new URL(url).host, reason: withoutToken(error, token) })
      return await cache.getOld(name)
    }
  }

  return {
    async read(tile) {
      const name = `${layer}-${String(tile.z)}-${String(tile.x)}-${String(tile.y)}`
      const kept = await cache.get(name)
      if (kept !== undefined) return kept
      // walls that show the same ask for the same
      const asking = underWay.get(name) ?? turns.take(() => ask(name, tile)).finally(() => underWay.delete(name))
      underWay.set(name, asking)
      return await asking
    },
    close() {
      closing.abort()
      return Promise.resolve()
    },
  }
}

const withoutToken = (error: unknown, token: string): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error instanceof Error ? error.message : String(error)}${cause}`.replaceAll(token, '***')
}

/** Lets so many work at once; the others wait in their order. */
function createTurns(most: number): { take<T>(work: () => Promise<T>): Promise<T> } {
  const waiting: (() => void)[] = []
  let working = 0
  return {
    async take(work) {
      if (working >= most) await new Promise<void>((resolve) => waiting.push(resolve))
      working += 1
      try {
        return await work()
      } finally {
        working -= 1
        waiting.shift()?.()
      }
    },
  }
}

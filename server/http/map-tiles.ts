import type { ServerResponse } from 'node:http'
import { ProblemError } from './problem.ts'
import type { Route } from './route.ts'

export interface TileRooms {
  /** undefined where the configuration names no tiles */
  readonly tiles:
    | {
        readonly minZoom: number
        readonly maxZoom: number
        /** undefined where there is none; never throws */
        readonly read: (tile: { readonly z: number; readonly x: number; readonly y: number }) => Promise<TilePicture | undefined>
      }
    | undefined
}

export interface TilePicture {
  readonly type: string
  readonly body: Buffer
}

/** One pixel of nothing: where a tile is missing, what lies below shows through, and no browser tells of an error. */
const nothing: TilePicture = {
  type: 'image/png',
  body: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII=', 'base64'),
}

/** GET /api/map/tiles/{z}/{x}/{y}: a picture of that square; a transparent one where there is none. */
export function tilesRoute({ tiles }: TileRooms): Route {
  return {
    method: 'GET',
    path: '/api/map/tiles/:z/:x/:y',
    access: 'wall',
    handler: async (_request, response, { params }) => {
      if (tiles === undefined) throw new ProblemError('not-found', 'no tiles are configured; name some under tiles in config/app.yaml')
      const z = numberIn(params['z'], tiles.maxZoom, 'z')
      const most = 2 ** z - 1
      const found = await tiles.read({ z, x: numberIn(params['x'], most, 'x'), y: numberIn(params['y'], most, 'y') })
      send(response, found ?? nothing, found === undefined ? 'private, max-age=60' : 'private, max-age=86400')
    },
  }
}

function numberIn(text = '', most: number, name: string): number {
  const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN
  if (value <= most) return value
  throw new ProblemError('bad-request', `${name}: found ${JSON.stringify(text.slice(0, 20))}; write a whole number from 0 to ${String(most)}`)
}

function send(response: ServerResponse, { type, body }: TilePicture, reuse: string): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length, 'cache-control': reuse })
  response.end(body)
}

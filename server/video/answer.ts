import type { ServerResponse } from 'node:http'
import type { VideoTrouble, VideoTroubleAnswer } from '../../contract/video.ts'
import { troubleOf } from './trouble.ts'

const statuses: Readonly<Record<VideoTrouble, number>> = {
  offline: 404,
  'no-stream': 404,
  'platform-down': 503,
  'no-permission': 403,
  busy: 503,
  connecting: 503,
}

/** Nothing of a camera is kept by a browser, on its disk or elsewhere; and nothing is taken for what it does not say it is. */
export const unkept = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/** Runs `work`, which answers; what it throws is answered as a trouble. */
export async function answering(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { state, message, needs } = troubleOf(error)
    const answer: VideoTroubleAnswer = { state, detail: message, ...(needs !== undefined && { needs }) }
    sendJson(response, statuses[state], answer)
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', ...unkept }).end(JSON.stringify(value))
}

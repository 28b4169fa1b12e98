import { z } from 'zod'
import type { WallBrowser } from './wall-browser.ts'

/** Something that goes wrong with the video, for as long as it is asked to. */
export interface Trouble {
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}

const pausedSchema = z.object({ requestId: z.string(), request: z.object({ url: z.string() }) })

/** @param platformUrl of the stand-in platform */
export function playerTroubles(browser: WallBrowser, platformUrl: string): readonly Trouble[] {
  return [platformDown(platformUrl), ...requestTroubles(browser)]
}

/** The platform breaks every connection: the server has no stream to hand on. */
function platformDown(platformUrl: string): Trouble {
  const set = async (state: string): Promise<void> => {
    const answer = await fetch(`${platformUrl}/stand-in/platform`, { method: 'PUT', body: JSON.stringify({ state }) })
    if (!answer.ok) throw new Error(`${platformUrl}: the stand-in platform answered ${String(answer.status)}`)
  }
  return { begin: () => set('down'), end: () => set('up') }
}

/** Between page and server: requests for video are broken off; or the segments that arrive are none. */
function requestTroubles(browser: WallBrowser): readonly Trouble[] {
  const rubbish = Buffer.alloc(10_000, 0x47).toString('base64')
  let answer: ((requestId: string, url: string) => Promise<unknown>) | undefined
  browser.onEvent((method, params) => {
    if (method !== 'Fetch.requestPaused' || answer === undefined) return
    const { requestId, request } = pausedSchema.parse(params)
    // a tile that went away meanwhile has taken its request with it
    answer(requestId, request.url).catch(() => undefined)
  })
  const between = (act: typeof answer): Trouble => ({
    begin: async () => {
      answer = act
      await browser.send('Fetch.enable', { patterns: [{ urlPattern: '*/api/video/*' }] })
    },
    end: async () => {
      answer = undefined
      await browser.send('Fetch.disable')
    },
  })
  const breakOff = (requestId: string): Promise<unknown> => browser.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' })
  const spoil = (requestId: string, url: string): Promise<unknown> => {
    if (new URL(url).pathname.endsWith('.m3u8')) return browser.send('Fetch.continueRequest', { requestId })
    const responseHeaders = [{ name: 'content-type', value: 'video/mp2t' }]
    return browser.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body: rubbish })
  }
  return [between(breakOff), between(spoil)]
}

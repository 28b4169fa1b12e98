import type { Move, VideoTrouble, VideoTroubleAnswer, ViewingGranted } from '../../../../contract/video.ts'
import { troubleInBody } from '../../video/policy.ts'
import { failureOf } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'

/** What the desk asks of one camera besides its stream. Never throws: what went wrong is an answer. */

/** trouble: the camera, its platform or its sensitivity says no · failure: the request itself went wrong, as any can */
export type Refusal =
  | { readonly kind: 'trouble'; readonly state: VideoTrouble; readonly needs: VideoTroubleAnswer['needs']; readonly detail: string }
  | { readonly kind: 'failure'; readonly failure: Failure }

export type Told<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

export const cameraApi = {
  /** Gives the reason why a sensitive camera is to be seen. */
  open: (source: string, reason: string) => ask<ViewingGranted>(pathOf(source, 'viewing'), { reason }, async (answer) => await readGrant(answer)),
  still: (source: string) => ask(pathOf(source, 'snapshot'), undefined, (answer) => answer.blob()),
  turn: (source: string, move: Move, speed: number) => ask(pathOf(source, 'ptz'), { move, speed }, () => Promise.resolve(undefined)),
} as const

const pathOf = (source: string, what: string): string => `/api/video/${encodeURIComponent(source)}/${what}`

// our own server answers with what the contract says
const readGrant = async (answer: Response): Promise<ViewingGranted> => (await answer.json()) as ViewingGranted

async function ask<T>(path: string, body: unknown, read: (answer: Response) => Promise<T>): Promise<Told<T>> {
  const headers = { accept: 'application/json, image/*', ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  // a page that is closed while a camera turns still says that it shall stop
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), keepalive: true }
  try {
    const answer = await fetch(path, { ...post, headers, cache: 'no-store' })
    if (answer.ok) return { ok: true, value: await read(answer) }
    return { ok: false, refusal: refusalIn(answer.status, await answer.text()) }
  } catch {
    // no network, no server, half an answer: to whoever asked it is all the same, nobody is there
    return { ok: false, refusal: { kind: 'failure', failure: { kind: 'away', detail: '' } } }
  }
}

function refusalIn(status: number, body: string): Refusal {
  const failure = failureOf(status, body)
  const trouble = troubleInBody(body)
  return trouble === undefined ? { kind: 'failure', failure } : { kind: 'trouble', ...trouble, detail: failure.detail }
}

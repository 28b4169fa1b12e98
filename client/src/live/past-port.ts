import type { PlaybackStretch, StateAnswer } from '../../../contract/playback.ts'
import type { PastPort } from './playback.ts'

/** The server's past over HTTP. */
export const httpPast: PastPort = {
  stateAt: (topics, at, signal) => get<StateAnswer>(`/api/state?topics=${topics.join(',')}&at=${String(at)}`, signal),
  stretch: ({ topics, after, from, until, stepMs }, signal) => {
    const range = `after=${String(after)}&from=${String(from)}&until=${String(until)}&step=${String(stepMs)}`
    return get<PlaybackStretch>(`/api/playback?topics=${topics.join(',')}&${range}`, signal)
  },
}

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store', signal })
  // our own server answers with what the contract says: the thing asked for, or RFC 9457's problem
  const body = (await answer.json()) as T & { readonly detail?: string }
  if (!answer.ok) throw new Error(body.detail ?? `HTTP ${String(answer.status)}`)
  return body
}

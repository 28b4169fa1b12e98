import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FeedStatusList, ReplayAnswer, TailAnswer } from '../../contract/bench.ts'

/** A running server, and the administrator's token. */
export interface RunningServer {
  readonly url: string
  readonly token: string
}

/** Where `npm start` leaves the administrator's token. @returns '' when it is not there, or when `url` is another machine's, which is never sent it */
export function tokenBeside(url: string, dataDirectory: string): string {
  const file = join(dataDirectory, 'secrets/admin.token')
  const isHere = URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
  return isHere && existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

type Say = (line: string) => unknown

const tailEveryMs = 1_000

/** `list`. */
export async function listFeeds(server: RunningServer, say: Say): Promise<number> {
  const { feeds } = await ask<FeedStatusList>(server, '/api/bench/feeds')
  for (const { id, state, connection, facts, rejected, source, lastError } of feeds)
    say([id, state, connection, `${String(facts)} facts`, `${String(rejected)} refused`, source, lastError?.text ?? ''].join('\t'))
  return 0
}

/** `tail`: asks every `everyMs` until the process is ended. */
export async function tailFeed(server: RunningServer, feed: string, say: Say, everyMs = tailEveryMs): Promise<number> {
  for (let after = 0; ;) {
    const { lines } = await ask<TailAnswer>(server, `/api/bench/feeds/${encodeURIComponent(feed)}/tail?after=${String(after)}`)
    for (const { at, origin, text, facts, rejected } of lines)
      say(`${new Date(at).toISOString()} ${origin} → ${String(facts)} facts, ${String(rejected)} refused\n${text}`)
    after = lines.at(-1)?.number ?? after
    await wait(everyMs)
  }
}

/** `replay`. @returns 1 when something was refused again or cannot be sent again */
export async function replayFeed(
  server: RunningServer,
  asked: { readonly feed: string; readonly cause: string | undefined },
  say: Say,
): Promise<number> {
  const { replayed, facts, duplicates, refusedAgain, notReplayable } = await ask<ReplayAnswer>(server, '/api/quarantine/replay', asked)
  say(
    `${String(replayed)} messages sent through again: ${String(facts)} facts, ${String(duplicates)} known already, ${String(refusedAgain)} refused again`,
  )
  if (notReplayable > 0) say(`${String(notReplayable)} cannot be sent again: only a part of them is kept`)
  return refusedAgain + notReplayable === 0 ? 0 : 1
}

const whereTheTokenIs =
  'give the administrator’s token by --token or YIPING_BOOTSTRAP_TOKEN; `npm start` writes one to <data>/secrets/admin.token, which is read by itself on that machine'

/** @throws in words when the server is away, or says no */
async function ask<T>({ url, token }: RunningServer, path: string, body?: object): Promise<T> {
  const request = { headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }
  const answer = await fetch(
    `${url.replace(/\/+$/, '')}${path}`,
    body === undefined ? request : { ...request, method: 'POST', body: JSON.stringify(body) },
  ).catch((error: unknown) => {
    throw new Error(`${url} does not answer; start the server, or name it with --url`, { cause: error })
  })
  // our own server answers with what the contract says, or with a problem document
  const told = (await answer.json()) as T & { readonly detail?: string }
  if (answer.ok) return told
  const cure = answer.status === 401 ? `; ${whereTheTokenIs}` : ''
  throw new Error(`${String(answer.status)}: ${told.detail ?? 'no reason given'}${cure}`)
}

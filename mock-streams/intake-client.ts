import { wait } from './wait.ts'

/** What the server made of one request. */
export interface Delivery {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly Refused[]
}

export interface Refused {
  readonly index: number
  readonly stage: string
  readonly code: string
  readonly detail: string
}

/** Something that sending again cannot mend; the message says what can. */
export class IntakeRefusal extends Error {}

export interface IntakeOptions {
  /** such as http://localhost:8080 */
  readonly server: string
  readonly feed: string
  readonly token: string
  readonly signal: AbortSignal
  /** told once when the server cannot be reached or is full, and once (undefined) when it is well again */
  readonly onTrouble: (reason: string | undefined) => void
  /** resolves after `ms`, or as soon as `signal` is aborted; absent waits in real time */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface IntakeClient {
  /**
   * Sends messages in one request and resolves when the server has them for good. While the server is away, busy or full it tries again, for
   * ever; the same messages again double nothing there, so an answer that was lost on its way does no harm.
   * Errors: IntakeRefusal for what cannot succeed (token, feed, request); AbortError once `signal` is aborted.
   */
  send(messages: readonly object[]): Promise<Delivery>
}

const firstPauseMs = 250
const longestPauseMs = 15_000
const answerWithinMs = 60_000

const cures: Readonly<Record<number, string>> = {
  401: 'the token is not this feed’s: take it from <data folder>/secrets/feeds/<feed>.token on the server',
  403: 'the token is not this feed’s: take it from <data folder>/secrets/feeds/<feed>.token on the server',
  404: 'the server has no such feed: its feeds are the files of config/feeds',
  413: 'the request is larger than the server takes: send fewer messages at a time',
}

/** Speaks to the public intake, POST /api/intake/{feed}. */
export function createIntakeClient(options: IntakeOptions): IntakeClient {
  const { signal } = options
  const pause = options.wait ?? wait
  const url = `${options.server.replace(/\/+$/, '')}/api/intake/${options.feed}`
  let isTroubled = false
  const trouble = (reason: string | undefined): void => {
    if (isTroubled !== (reason !== undefined)) options.onTrouble(reason)
    isTroubled = reason !== undefined
  }
  return {
    async send(messages) {
      const body = JSON.stringify(messages)
      for (let attempt = 0; ; attempt++) {
        const outcome = await tryOnce(url, options.token, body, signal)
        if ('delivery' in outcome) {
          trouble(undefined)
          return outcome.delivery
        }
        trouble(outcome.reason)
        await pause(outcome.retryAfterMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** attempt), signal)
        signal.throwIfAborted()
      }
    },
  }
}

type Outcome = { readonly delivery: Delivery } | { readonly reason: string; readonly retryAfterMs: number | undefined }

async function tryOnce(url: string, token: string, body: string, signal: AbortSignal): Promise<Outcome> {
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    })
    text = await response.text()
  } catch (error) {
    signal.throwIfAborted()
    return { reason: `${url} does not answer (${causeOf(error)})`, retryAfterMs: undefined }
  }
  if (response.status === 202) return { delivery: readDelivery(text) }
  const said = `${url} answered ${String(response.status)}: ${text.slice(0, 300)}`
  if (response.status !== 429 && response.status < 500) throw new IntakeRefusal(`${said}\n${cures[response.status] ?? ''}`.trim())
  return { reason: said, retryAfterMs: retryAfter(response.headers.get('retry-after')) }
}

function retryAfter(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(longestPauseMs, seconds * 1_000) : undefined
}

function readDelivery(text: string): Delivery {
  // the server's own answer, whose shape is its promise (202 {accepted, duplicates, rejected, seq})
  const answer = JSON.parse(text) as Partial<Delivery>
  return { accepted: answer.accepted ?? 0, duplicates: answer.duplicates ?? 0, rejected: answer.rejected ?? [] }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { ProviderSetting } from './make-provider.ts'
import { ProviderError } from './provider.ts'
import type { ProviderFault } from './provider.ts'
import { asPublished, parseJson } from './published.ts'
import { readBody } from './read-body.ts'

/** One GET of WVP's interface. `path` begins with /api/. */
export interface WvpCall {
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
}

const mostAnswerBytes = 8 * 1024 * 1024
/** A password that was refused is not tried again sooner: platforms lock accounts. */
const refusalKeptMs = minuteMs
const unauthorised = 401

/** ErrorCode and InviteErrorCode, as WVP publishes them. Its own words are not repeated, as they hold addresses of devices. */
const faults: Readonly<Record<string, readonly [ProviderFault, string]>> = {
  '401': ['refused', 'the platform does not take the token that it has just given: look at its clock'],
  '403': ['forbidden', 'the platform does not allow this to our user'],
  '404': ['unreachable', 'the platform does not know this interface: is its version older than 2.7?'],
  '408': ['no-stream', 'the camera did not answer the platform in time'],
  '486': ['no-stream', 'the camera did not answer the platform in time'],
  '-1': ['no-stream', 'the camera did not answer the platform in time'],
  '-2': ['no-stream', 'the camera was asked for its picture, and none reached the media server'],
  '-3': ['overloaded', 'the platform has no media server or port left'],
  '-5': ['no-stream', 'the camera refused to send its picture'],
  '-8': ['overloaded', 'the platform has no stream number (SSRC) left'],
  '-10': ['no-stream', 'the platform could not send to the camera'],
  '-14': ['no-stream', 'the media server could not connect to the camera'],
}

/** Code 100 is every other failure, told apart by its words alone. */
const worded: readonly (readonly [RegExp, ProviderFault, string])[] = [
  [/不存在|未找到|not (exist|found)/i, 'unknown-camera', 'the platform does not know this camera'],
  [/超时|time[ds]? ?out/i, 'no-stream', 'the camera did not answer the platform in time'],
  [/离线|不在线|offline|not online/i, 'no-stream', 'the platform says that this camera is offline'],
]

const answerSchema = z.object({ code: z.coerce.number(), msg: z.string().nullish(), data: z.unknown().optional() })
type Answer = z.infer<typeof answerSchema> & {
  /** one that the platform gave unasked, since ours ends soon */
  readonly token: string | undefined
}
const loginSchema = z.object({ accessToken: z.string().min(1) })

/**
 * Requests signed with a JWT in the header `access-token`, had for user and password at the first request and whenever the platform has
 * forgotten it: its own life is 30 days, and it ends when the platform starts again.
 */
export class WvpSession {
  readonly #setting: ProviderSetting<'wvp'>
  #token: string | undefined
  #login: Promise<string> | undefined
  #refused: { readonly error: ProviderError; readonly until: Instant } | undefined

  constructor(setting: ProviderSetting<'wvp'>) {
    this.#setting = setting
  }

  /** @returns what the answer carries in `data`. @throws ProviderError */
  async ask(call: WvpCall, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#signed(signal, async (token) => {
      const found = await this.#json(call, signal, token)
      return found.code === unauthorised ? undefined : found
    })
    if (answer?.code === 0) return answer.data
    throw faultOf(answer ?? { code: unauthorised })
  }

  /** A file that the platform keeps, unread. @throws ProviderError */
  async file(call: WvpCall, signal: AbortSignal): Promise<Response> {
    const found = await this.#signed(signal, async (token) => {
      const answer = await this.#get(call, signal, token)
      if (answer.status !== unauthorised) return answer
      await answer.body?.cancel()
      return undefined
    })
    if (found === undefined) throw faultOf({ code: unauthorised })
    return found
  }

  /** Tries with the token there is, and once more with a new one where `attempt` gives undefined: not signed in. */
  async #signed<T>(signal: AbortSignal, attempt: (token: string) => Promise<T | undefined>): Promise<T | undefined> {
    const token = this.#token ?? (await this.#signIn(signal))
    const found = await attempt(token)
    if (found !== undefined) return found
    // another request may have signed in meanwhile
    if (this.#token === token) this.#token = undefined
    return await attempt(this.#token ?? (await this.#signIn(signal)))
  }

  #signIn(signal: AbortSignal): Promise<string> {
    this.#login ??= this.#logIn(signal).finally(() => (this.#login = undefined))
    return this.#login
  }

  async #logIn(signal: AbortSignal): Promise<string> {
    const { platform, secretOf, now } = this.#setting
    if (this.#refused !== undefined && now() < this.#refused.until) throw this.#refused.error
    this.#refused = undefined
    const password = createHash('md5').update(secretOf(platform.passwordEnv), 'utf8').digest('hex')
    const answer = await this.#json({ path: '/api/user/login', query: { username: secretOf(platform.userEnv), password } }, signal)
    if (answer.code !== 0) {
      const error = new ProviderError('refused', 'the platform refused the user or the password')
      this.#refused = { error, until: now() + refusalKeptMs }
      throw error
    }
    this.#token = answer.token ?? asPublished(loginSchema, answer.data).accessToken
    return this.#token
  }

  async #json(call: WvpCall, signal: AbortSignal, token?: string): Promise<Answer> {
    const answer = await this.#get(call, signal, token)
    const renewed = answer.headers.get('access-token') ?? undefined
    const read = asPublished(answerSchema, parseJson(await textOf(answer)))
    if (token !== undefined && renewed !== undefined) this.#token = renewed
    return { ...read, token: renewed }
  }

  async #get({ path, query = {} }: WvpCall, signal: AbortSignal, token?: string): Promise<Response> {
    const { platform, fetch } = this.#setting
    const address = new URL(path, platform.url)
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value))
    try {
      return await fetch(address, { headers: token === undefined ? {} : { 'access-token': token }, redirect: 'error', signal })
    } catch (cause) {
      throw silent(cause)
    }
  }
}

const silent = (cause: unknown): ProviderError => new ProviderError('unreachable', 'the platform does not answer', { cause })

async function textOf(answer: Response): Promise<string> {
  try {
    return (await readBody(answer, mostAnswerBytes)).toString('utf8')
  } catch (cause) {
    throw silent(cause)
  }
}

function faultOf({ code, msg }: Pick<Answer, 'code' | 'msg'>): ProviderError {
  const known = faults[String(code)]
  if (known !== undefined) return new ProviderError(...known)
  const [, fault, message] = (code === 100 ? worded : []).find(([pattern]) => pattern.test(msg ?? '')) ?? []
  if (fault !== undefined) return new ProviderError(fault, message ?? '')
  // what a camera does wrong is not the platform's fault: only 500 says that it is itself broken
  return new ProviderError(code === 500 ? 'unreachable' : 'no-stream', `the platform failed with code ${String(code)}`)
}

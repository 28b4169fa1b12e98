import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { z } from 'zod'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { ProviderSetting } from './make-provider.ts'
import { ProviderError } from './provider.ts'
import { asPublished, parseJson } from './published.ts'
import { readBody } from './read-body.ts'

/** An answer of the platform. `isOk` is false when it says that it could not do what was asked. */
export interface IccAnswer {
  readonly isOk: boolean
  readonly code: string
  readonly data: unknown
}

/** What a login gives. */
export interface IccToken {
  /** header of every request */
  readonly authorization: string
  /** the token alone, as addresses carry it */
  readonly value: string
  readonly expiresAt: Instant
  /** when another is fetched in its place: while those that were handed out are still good for a while */
  readonly renewAt: Instant
  readonly refresh: { readonly token: string; readonly until: Instant } | undefined
  readonly magicId: string | undefined
}

const mostAnswerBytes = 8 * 1024 * 1024
const loginWithinMs = 8 * secondMs
/** published: a user who is not kept alive for 30 minutes counts as gone, and a refresh token lasts as long */
const keepAliveMs = 4 * minuteMs
const refreshLifeMs = 25 * minuteMs
const renewAtShare = 0.8
/** platforms lock an account after some wrong passwords */
const refusedRestMs = 5 * minuteMs

/** Published: 0 is the success of the base services, 1000 that of the video service. */
const successes = ['0', '1000']
/** Published: the access token is not, or no longer, valid. */
const staleCode = '27001007'

const answerSchema = z.object({ code: z.union([z.string(), z.number()]).transform(String), data: z.unknown().optional() })
const publicKeySchema = z.object({ publicKey: z.string().min(1).max(4_096) })
const text = z.string().min(1).max(4_096)
const tokenSchema = z.object({
  access_token: text,
  token_type: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .default('bearer'),
  /** seconds */
  expires_in: z.coerce.number().positive(),
  refresh_token: text.nullish(),
  magicId: z.string().nullish(),
})

/** Signs in at a 大华 ICC with user and password (evo-oauth 1.0.0, 用户密码模式), and asks as that user. One login serves all who ask at once. */
export class IccSession {
  readonly #setting: ProviderSetting<'icc'>
  #held: IccToken | undefined
  #renewing: Promise<IccToken> | undefined
  #keptAliveAt: Instant = 0
  #refusedUntil: Instant = 0

  constructor(setting: ProviderSetting<'icc'>) {
    this.#setting = setting
  }

  /** Asks, and once more with a new login when the token is no longer accepted. @throws ProviderError when there is no answer to judge */
  async ask(path: string, body: unknown, signal: AbortSignal): Promise<IccAnswer> {
    const token = await this.token()
    const answer = await this.#send('POST', path, body, { token, signal })
    if (!isStale(answer)) return answer
    this.#forget(token)
    const again = await this.#send('POST', path, body, { token: await this.token(), signal })
    if (isStale(again)) throw new ProviderError('refused', 'the platform does not accept the token that it has just given')
    return again
  }

  /** A token with a fifth of its life or more before it. */
  async token(): Promise<IccToken> {
    const held = this.#held
    if (held === undefined || this.#setting.now() >= held.renewAt) {
      this.#renewing ??= this.#renew(held).finally(() => (this.#renewing = undefined))
      return await this.#renewing
    }
    await this.#keepAlive(held)
    return held
  }

  #forget(token: IccToken): void {
    if (this.#held === token) this.#held = undefined
  }

  /** Not cut short by whoever asked first: others wait for it too. */
  async #renew(old: IccToken | undefined): Promise<IccToken> {
    const now = this.#setting.now()
    if (now < this.#refusedUntil) throw refusedLogin()
    const signal = AbortSignal.timeout(loginWithinMs)
    const refreshed = old?.refresh === undefined || now >= old.refresh.until ? undefined : await this.#refresh(old.refresh.token, signal)
    const token = refreshed ?? (await this.#login(signal))
    this.#held = token
    this.#keptAliveAt = now
    return token
  }

  async #login(signal: AbortSignal): Promise<IccToken> {
    const { platform, secretOf } = this.#setting
    const found = await this.#send('GET', '/evo-apigw/evo-oauth/1.0.0/oauth/public-key', undefined, { signal })
    const { publicKey } = asPublished(publicKeySchema, iccData(found))
    const answer = await this.#send(
      'POST',
      '/evo-apigw/evo-oauth/1.0.0/oauth/extend/token',
      {
        grant_type: 'password',
        username: secretOf(platform.userEnv),
        password: encryptPassword(secretOf(platform.passwordEnv), publicKey),
        client_id: secretOf(platform.clientIdEnv),
        client_secret: secretOf(platform.clientSecretEnv),
        public_key: publicKey,
      },
      { signal },
    )
    if (answer.isOk) return this.#tokenOf(answer.data)
    // of a gateway whose login service is away: nothing was said of the password
    if (/^(404|5\d\d)$/.test(answer.code)) iccData(answer)
    this.#refusedUntil = this.#setting.now() + refusedRestMs
    throw refusedLogin()
  }

  /** Undefined when the platform gives none: then the password is used again. */
  async #refresh(refreshToken: string, signal: AbortSignal): Promise<IccToken | undefined> {
    const { platform, secretOf } = this.#setting
    const asked = {
      grant_type: 'refresh_token',
      client_id: secretOf(platform.clientIdEnv),
      client_secret: secretOf(platform.clientSecretEnv),
      refresh_token: refreshToken,
    }
    const answer = await this.#send('POST', '/evo-apigw/evo-oauth/1.0.0/oauth/extend/refresh/token', asked, { signal })
    return answer.isOk ? this.#tokenOf(answer.data) : undefined
  }

  #tokenOf(data: unknown): IccToken {
    const { access_token: value, token_type: type, expires_in: seconds, refresh_token: refresh, magicId } = asPublished(tokenSchema, data)
    const now = this.#setting.now()
    return {
      authorization: `${type} ${value}`,
      value,
      expiresAt: now + seconds * secondMs,
      renewAt: now + seconds * secondMs * renewAtShare,
      refresh: refresh === null || refresh === undefined ? undefined : { token: refresh, until: now + refreshLifeMs },
      magicId: magicId ?? undefined,
    }
  }

  async #keepAlive(token: IccToken): Promise<void> {
    const now = this.#setting.now()
    if (now - this.#keptAliveAt < keepAliveMs) return
    this.#keptAliveAt = now
    const asked = { clientType: 1, magicId: token.magicId ?? '' }
    try {
      await this.#send('POST', '/evo-apigw/evo-brm/1.2.0/user/keepalive', asked, { token, signal: AbortSignal.timeout(loginWithinMs) })
    } catch {
      // what is asked next tells better: a user who is gone signs in again
    }
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    { token, signal }: { readonly token?: IccToken; readonly signal: AbortSignal },
  ): Promise<IccAnswer> {
    const { platform, fetch } = this.#setting
    const headers = { 'content-type': 'application/json;charset=UTF-8', ...(token === undefined ? {} : { authorization: token.authorization }) }
    let status: number
    let written: string
    try {
      const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
      const answer = await fetch(new URL(path, platform.url), { method, headers, ...sent, redirect: 'error', signal })
      status = answer.status
      written = (await readBody(answer, mostAnswerBytes)).toString('utf8')
    } catch (cause) {
      throw new ProviderError('unreachable', 'the platform does not answer', { cause })
    }
    if (status >= 400) return { isOk: false, code: String(status), data: undefined }
    const { code, data } = asPublished(answerSchema, parseJson(written))
    return { isOk: successes.includes(code), code, data }
  }
}

/** What a successful answer holds. @throws ProviderError for any other; the platform's own words are not repeated */
export function iccData({ isOk, code, data }: IccAnswer): unknown {
  if (isOk) return data
  if (code === '403') throw new ProviderError('forbidden', 'the platform does not grant this to the user')
  if (code === '404') throw new ProviderError('unreachable', 'the platform does not have this interface: is the service installed?')
  throw new ProviderError('unreachable', `the platform failed with ${iccCode({ code })}`)
}

/** How messages of ours name a code. */
export const iccCode = ({ code }: Pick<IccAnswer, 'code'>): string => (/^\d{1,10}$/.test(code) ? `code ${code}` : 'a code that is none')

const isStale = ({ isOk, code }: IccAnswer): boolean => !isOk && (code === staleCode || code === '401')

const refusedLogin = (): ProviderError =>
  new ProviderError(
    'refused',
    'the platform refused the login: check user, password, client id and client secret; tried again after 5 minutes, so that the account is not locked',
  )

/** RSA, PKCS#1 v1.5, base64, as published; the key is bare base64, in some versions between quotes. */
function encryptPassword(password: string, publicKey: string): string {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey.replace(/-----[^-]+-----|["\s]/g, ''), 'base64'), format: 'der', type: 'spki' })
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password, 'utf8')).toString('base64')
  } catch (cause) {
    throw new ProviderError('unreachable', "the password cannot be encrypted with the platform's public key", { cause })
  }
}

import type { BodyRefusal, Message } from '../../../server/ingest/codec.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import type { Result } from '../../../contract/result.ts'
import { codecs, openCodec } from '../../../server/ingest/codecs/index.ts'

export const limits = { mostMessages: 100_000, mostBytes: 10 * 1024 * 1024 }

interface Decoding {
  readonly options?: Readonly<Record<string, unknown>>
  readonly contentType?: string
  readonly limits?: typeof limits
}

/** Takes a body apart with a codec, as a feed's file would name it. */
export function decodeWith(name: string, body: Buffer | string, given: Decoding = {}): Promise<Result<readonly Message[], BodyRefusal>> {
  const opened = openCodec({ ...given.options, name }, undefined)
  if (!opened.ok) throw new Error(JSON.stringify(opened.error))
  return opened.value.decode({ body: Buffer.from(body), origin: 'a file', contentType: given.contentType }, given.limits ?? limits)
}

/** The messages of a body that is not refused as a whole. */
export async function messagesOf(name: string, body: Buffer | string, given: Decoding = {}): Promise<readonly Message[]> {
  const decoded = await decodeWith(name, body, given)
  if (!decoded.ok) throw new Error(decoded.error.refusal.detail)
  return decoded.value
}

/** Values alone; a refused message shows its code and detail. */
export async function valuesOf(name: string, body: Buffer | string, given: Decoding = {}): Promise<readonly unknown[]> {
  return (await messagesOf(name, body, given)).map((message) => ('refusal' in message ? message.refusal : message.value))
}

/** Why a body is refused as a whole. */
export async function refusalOf(name: string, body: Buffer | string, given: Decoding = {}): Promise<Refusal> {
  const decoded = await decodeWith(name, body, given)
  if (decoded.ok) throw new Error(`taken, with ${String(decoded.value.length)} messages`)
  return decoded.error.refusal
}

/** The body of a codec's own sample. */
export function sampleOf(name: string): { readonly options: Readonly<Record<string, unknown>>; readonly body: Buffer } {
  const codec = codecs.find((each) => each.name === name)
  if (codec === undefined) throw new Error(`no codec ${name}`)
  // options are an object in the interface of every codec
  return { options: codec.sample.options as Record<string, unknown>, body: Buffer.from(codec.sample.body, codec.isBinary ? 'hex' : 'utf8') }
}

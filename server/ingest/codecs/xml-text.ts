import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import type { RawMessage } from '../codec.ts'
import { decodeRefusal, quoted } from './decode-refusal.ts'
import { damagePlace, decodeText, encodingNamed, parseContentType } from './text-encoding.ts'
import type { AskedEncoding } from './text-encoding.ts'

const declaration = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/

/** The charset that a document's own declaration names. */
const declaredIn = (bytes: Buffer): string | undefined => declaration.exec(bytes.subarray(0, 400).toString('latin1').replace('ï»¿', ''))?.[1]

/**
 * An XML body as text, in the encoding that was asked for, else that of its mark, else that of its declaration, else that of its Content-Type.
 * Errors: `bad-encoding` when it is declared in an encoding we do not know, or holds bytes that are not of its encoding.
 */
export function xmlText(raw: RawMessage, asked: AskedEncoding): Result<string, Refusal> {
  const declared = declaredIn(raw.body)
  const known = declared === undefined ? undefined : encodingNamed(declared)
  if (declared !== undefined && known === undefined && asked === 'auto')
    return fail(decodeRefusal('bad-encoding', `line 1: encoding ${quoted(declared)} is not known; send UTF-8 or GB18030`))
  // the declaration of UTF-16 is itself written in UTF-16, and never seen here: its mark or its zeros tell
  const wanted = asked === 'auto' && (known === 'utf-8' || known === 'gb18030') ? withoutBytesOfMark(raw.body, known) : asked
  const decoded = decodeText(raw.body, wanted, parseContentType(raw.contentType).charset)
  if (decoded.isDamaged) {
    const cure = 'send the bytes that its declaration names, or name them in codec.encoding'
    return fail(decodeRefusal('bad-encoding', `${damagePlace(decoded)}: not ${decoded.encoding}; ${cure}`))
  }
  if (decoded.text.includes('\0')) return fail(decodeRefusal('bad-syntax', 'body: holds a NUL character, which XML never does; send text'))
  return decoded.text.trim() === '' ? fail(decodeRefusal('bad-syntax', 'body: empty; send an XML document')) : ok(decoded.text)
}

/** A mark is stronger than the declaration: tools that convert a file leave its first line as it was. */
const withoutBytesOfMark = (bytes: Buffer, declared: 'utf-8' | 'gb18030'): AskedEncoding =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : declared

import type { SampleDraft } from './drafts.ts'

/** Larger would make the page slow to type in; a piece of it shows as much. */
export const mostSampleBytes = 2 * 1024 * 1024

/** A message as the server keeps it: text, or what is no text in hexadecimal. */
export const sampleOfKept = (text: string, origin: string): SampleDraft => ({
  body: text,
  encoding: /^[0-9a-fA-F\s]+$/.test(text) ? 'hex' : 'text',
  origin,
})

/** More than a page shows of a text that is only to be recognised. */
const mostShownBytes = 16 * 1024

/** A chosen file as a sample: as text where it is UTF-8, else in base64, so that not one byte is changed. Pure. */
export function sampleOfFile(name: string, bytes: Uint8Array): SampleDraft {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'text', origin: name }
  } catch {
    // not UTF-8: GBK, a spreadsheet, frames of a device
    return { body: base64(bytes), encoding: 'base64', origin: name }
  }
}

/**
 * What a sample in base64 says, where it is text: read as UTF-8, else as GB18030. Undefined for what is no text.
 * @returns at most its beginning
 */
export function textInBase64(body: string): { readonly encoding: 'UTF-8' | 'GB18030'; readonly text: string } | undefined {
  const bytes = bytesOf(body)
  for (const encoding of ['UTF-8', 'GB18030'] as const) {
    const text = bytes && decodeStart(bytes, encoding)
    if (text !== undefined) return { encoding, text }
  }
  return undefined
}

function bytesOf(body: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(body.trim()), (letter) => letter.charCodeAt(0))
  } catch {
    // half typed, or no base64
    return undefined
  }
}

function decodeStart(bytes: Uint8Array<ArrayBuffer>, encoding: string): string | undefined {
  try {
    // a character that is cut in two at the end is left out
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, mostShownBytes), { stream: bytes.length > mostShownBytes })
    // frames of a device decode too, by chance; text has no control characters
    return text === '' || /[\p{Cc}\p{Co}\p{Cn}]/u.test(text.replaceAll(/[\t\r\n]/g, '')) ? undefined : text
  } catch {
    return undefined
  }
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 0x8000) text += String.fromCharCode(...bytes.subarray(start, start + 0x8000))
  return btoa(text)
}

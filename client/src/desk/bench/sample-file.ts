import type { SampleDraft } from './drafts.ts'

/** Larger would make the page slow to type in; a piece of it shows as much. */
export const mostSampleBytes = 2 * 1024 * 1024

/** A chosen file as a sample: as text where it is UTF-8, else in base64, so that not one byte is changed. Pure. */
export function sampleOfFile(name: string, bytes: Uint8Array): SampleDraft {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'text', origin: name }
  } catch {
    // not UTF-8: GBK, a spreadsheet, frames of a device
    return { body: base64(bytes), encoding: 'base64', origin: name }
  }
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 0x8000) text += String.fromCharCode(...bytes.subarray(start, start + 0x8000))
  return btoa(text)
}

/**
 * Offset of the first byte that is not UTF-8; the length when all of it is.
 */
export function firstBadByte(bytes: Buffer): number {
  const text = bytes.toString('utf8')
  let offset = 0
  let from = 0
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', from)) {
    offset += Buffer.byteLength(text.slice(from, at))
    // a replacement character that was really sent takes its three bytes; one that stands for damage is what we look for
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset
    offset += 3
    from = at + 1
  }
  return bytes.length
}

/**
 * Bytes of unknown writing as text that a person can read, and that masking can see through: UTF-8, else the charset that was named, else
 * GB18030, which is what unnamed Chinese mostly is, else UTF-8 with its damage shown.
 */
export function legible(bytes: Buffer, charset: string | undefined): string {
  for (const candidate of ['utf-8', charset, 'gb18030']) {
    const text = candidate === undefined ? undefined : decodeStrictly(bytes, candidate)
    if (text !== undefined) return text
  }
  return bytes.toString('utf8')
}

function decodeStrictly(bytes: Buffer, charset: string): string | undefined {
  try {
    // `stream` forgives a character that the cut at 64 KiB went through
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true })
  } catch {
    // an unknown charset or bytes that are not of it: the next candidate is tried
    return undefined
  }
}

/** Codecs by their RFC 6381 names: what people call them, and which of them this browser can decode. */

const names: Readonly<Record<string, string>> = {
  avc1: 'H.264',
  avc3: 'H.264',
  hvc1: 'H.265',
  hev1: 'H.265',
  av01: 'AV1',
  vp09: 'VP9',
  mp4v: 'MPEG-4',
}

/** hvc1.1.6.L93.B0 → H.265; one that has no such name keeps its own. */
export function codecName(codec: string): string {
  const [family = codec] = codec.split('.')
  return names[family] ?? family
}

/** a codec named without profile and level is asked for with the usual ones: alone, no browser takes it */
const usual: Readonly<Record<string, string>> = { avc1: 'avc1.64001f', hvc1: 'hvc1.1.6.L93.B0', hev1: 'hev1.1.6.L93.B0' }

const known = new Map<string, boolean>()

/**
 * Whether this browser decodes a codec: H.265 depends on the machine's graphics card and driver, so each wall is asked for itself, once.
 * @param codec as a stream or the server's probe names it
 */
export function canDecode(codec: string): boolean {
  const before = known.get(codec)
  if (before !== undefined) return before
  // without media sources nothing plays at all, and the player says so
  const answer = typeof MediaSource === 'undefined' || MediaSource.isTypeSupported(`video/mp4; codecs="${usual[codec] ?? codec}"`)
  known.set(codec, answer)
  return answer
}

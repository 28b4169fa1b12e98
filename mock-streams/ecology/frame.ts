import type { Cut } from '../devices/line.ts'

/** Frames of HJ 212-2017, as a data logger writes them. */

/** Appendix A: the register is shifted before a byte joins it. */
export function crcOf(segment: string): string {
  let register = 0xffff
  for (const byte of Buffer.from(segment)) {
    register = (register >> 8) ^ byte
    for (let bit = 0; bit < 8; bit += 1) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}

/** `##`, four digits of length, the data segment, the CRC, CR LF. */
export const frameOf = (segment: string): Buffer =>
  Buffer.from(`##${String(Buffer.byteLength(segment)).padStart(4, '0')}${segment}${crcOf(segment)}\r\n`)

/** An answer of the centre: a line of its own. */
export function cutAnswer(received: Buffer): Cut {
  const end = received.indexOf('\r\n')
  return end === -1 ? undefined : { answer: received.subarray(0, end), length: end + 2 }
}

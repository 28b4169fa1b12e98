import type { Instant } from '../../contract/time.ts'

/** The 48 bytes of SNTP, version 4 (RFC 4330; RFC 5905 section 14). */

export const packetBytes = 48

/** What a server said. Instants and durations in ms. */
export type SntpReply =
  /** our clock minus the server's; at most half of `delayMs` off */
  | { readonly kind: 'time'; readonly driftMs: number; readonly delayMs: number }
  /** kiss-o'-death: a server that wants to be left alone; DENY and RSTR for good, RATE and others for a while */
  | { readonly kind: 'kiss'; readonly code: string }
  | { readonly kind: 'refused'; readonly reason: string }

export interface SntpExchange {
  /** eight random bytes that were sent as our transmit timestamp, and that only whoever has seen the request can send back */
  readonly nonce: Uint8Array
  /** by our clock, which must not have been set in between: count the time on the way by a monotonic one */
  readonly sentAt: Instant
  readonly receivedAt: Instant
}

const clientMode = 3
const serverMode = 4
const version = 4
const unsynchronised = 3
const lastStratum = 15
/** Beyond this a server itself has given up (RFC 5905: MAXDISP). */
const worstDistanceMs = 16_000

const at = { reference: 12, originate: 24, receive: 32, transmit: 40 } as const

/** A question. It tells nothing of our own clock: the server sends the nonce back, and we remember when we asked. */
export function sntpRequest(nonce: Uint8Array): Buffer {
  const packet = Buffer.alloc(packetBytes)
  packet[0] = (version << 3) | clientMode
  packet.set(nonce, at.transmit)
  return packet
}

/** Whether a packet answers this question and not another: forged and belated ones do not. */
export function isReplyTo(packet: Buffer, nonce: Uint8Array): boolean {
  return packet.length >= packetBytes && packet.subarray(at.originate, at.originate + 8).equals(nonce)
}

/** @param packet an answer to this question (see isReplyTo) */
export function readSntpReply(packet: Buffer, { sentAt, receivedAt }: SntpExchange): SntpReply {
  const [flags = 0, stratum = 0] = packet
  if ((flags & 7) !== serverMode) return refused(`it answers in mode ${String(flags & 7)} and not as a server`)
  if (stratum === 0) return { kind: 'kiss', code: packet.toString('latin1', at.reference, at.reference + 4).replace(/[^ -~]/g, '') }
  if (stratum > lastStratum || flags >> 6 === unsynchronised) return refused('it is not synchronised itself')
  const distanceMs = shortMs(packet, 4) / 2 + shortMs(packet, 8)
  if (distanceMs >= worstDistanceMs) return refused(`it may itself be ${(distanceMs / 1_000).toFixed(0)} s off`)
  const [reached, left] = [instantAt(packet, at.receive), instantAt(packet, at.transmit)]
  if (reached === undefined || left === undefined || left < reached) return refused('its timestamps are missing or run backwards')
  const delayMs = receivedAt - sentAt - (left - reached)
  return { kind: 'time', driftMs: (sentAt - reached + (receivedAt - left)) / 2, delayMs }
}

const refused = (reason: string): SntpReply => ({ kind: 'refused', reason })

/** 16.16 fixed seconds. */
const shortMs = (packet: Buffer, offset: number): number => (packet.readUInt32BE(offset) / 65_536) * 1_000

/** Seconds from 1900 to 1970, and in an era: those of 1900 end in February 2036, when the leading bit begins at 0 again (RFC 4330 section 3). */
const [toEpochSeconds, eraSeconds] = [2_208_988_800, 2 ** 32]

function instantAt(packet: Buffer, offset: number): number | undefined {
  const [seconds, fraction] = [packet.readUInt32BE(offset), packet.readUInt32BE(offset + 4)]
  if (seconds === 0 && fraction === 0) return undefined
  const era = seconds >= eraSeconds / 2 ? 0 : eraSeconds
  return (seconds + era - toEpochSeconds) * 1_000 + (fraction / eraSeconds) * 1_000
}

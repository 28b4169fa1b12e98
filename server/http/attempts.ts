import { isIPv6 } from 'node:net'
import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'

/** Counts failed attempts to get in, per address. */
export interface Attempts {
  /** true when this address has failed too often within the last minute */
  isBlocked(address: string): boolean
  failed(address: string): void
}

const mostPerMinute = 10
/** Addresses remembered: an attacker with many must not fill our memory. */
const mostAddresses = 10_000

/** An IPv6 caller owns a whole /64: its addresses count as one. */
export function createAttempts(clock: Clock): Attempts {
  const failures = new Map<string, { count: number; readonly until: number }>()
  const current = (key: string): { count: number } | undefined => {
    const entry = failures.get(key)
    if (entry === undefined) return entry
    const leftMs = entry.until - clock.now()
    // more than a minute left: the clock was set back
    if (leftMs > 0 && leftMs <= minuteMs) return entry
    failures.delete(key)
    return undefined
  }
  return {
    isBlocked: (address) => (current(networkOf(address))?.count ?? 0) >= mostPerMinute,
    failed(address) {
      const key = networkOf(address)
      const entry = current(key)
      if (entry !== undefined) {
        entry.count += 1
        return
      }
      const [oldest] = failures.keys()
      if (failures.size >= mostAddresses && oldest !== undefined) failures.delete(oldest)
      failures.set(key, { count: 1, until: clock.now() + minuteMs })
    },
  }
}

/** First four groups of an IPv6 address, written out; an IPv4 address as it is. */
function networkOf(address: string): string {
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) return address
  const [before = '', after] = plain.split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

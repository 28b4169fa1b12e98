import { isIPv4, isIPv6 } from 'node:net'

/** An IP address as a number, so that networks can be told by comparing. */
export interface IpAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

/** An address, or all of a network: from `first` to `last`. */
export interface IpNetwork {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
}

/**
 * An address as it is really reached: an IPv4 address inside an IPv6 one (::ffff:127.0.0.1, ::127.0.0.1, 64:ff9b::7f00:1) is that IPv4 address.
 * @returns undefined when `text` is not one address in its usual writing
 */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, value: groupsToNumber(text.split('.').map(Number), 8n) }
  if (!isIPv6(text)) return undefined
  return unwrapped({ family: 6, value: groupsToNumber(groupsOf(text.split('%')[0] ?? ''), 16n) })
}

/** `10.20.0.0/16`, `fd00::/8` or one address; undefined when `text` is neither. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [start = '', length, more] = text.split('/')
  const address = parseAddress(start)
  if (address === undefined || more !== undefined) return undefined
  // a network of addresses that are unwrapped is counted in the bits of what is inside
  const wrapping = address.family === 4 && start.includes(':') ? 96 : 0
  const bits = address.family === 4 ? 32 : 128
  const prefix = length === undefined ? bits : prefixOf(length) - wrapping
  if (!(prefix >= 0 && prefix <= bits)) return undefined
  const hosts = (1n << BigInt(bits - prefix)) - 1n
  const first = address.value - (address.value & hosts)
  return { family: address.family, first, last: first + hosts }
}

export function isWithin(address: IpAddress, network: IpNetwork): boolean {
  return address.family === network.family && address.value >= network.first && address.value <= network.last
}

/** Whether all of `inner` lies in `outer`. */
export function isPartOf(inner: IpNetwork, outer: IpNetwork): boolean {
  return inner.family === outer.family && inner.first >= outer.first && inner.last <= outer.last
}

function prefixOf(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
}

function groupsToNumber(groups: readonly number[], bits: bigint): bigint {
  return groups.reduce((value, group) => (value << bits) | BigInt(group), 0n)
}

/** The eight groups of an IPv6 address that net.isIPv6 knows for one. */
function groupsOf(text: string): readonly number[] {
  const [head = '', tail] = text.split('::')
  const left = groupsOfPart(head)
  if (tail === undefined) return left
  const right = groupsOfPart(tail)
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function groupsOfPart(part: string): readonly number[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

const wrappings = [0xffffn, 0n, 0x64_ff9b_0000_0000_0000_0000n]

function unwrapped(address: IpAddress): IpAddress {
  const value = address.value & 0xffff_ffffn
  const isWrapped = wrappings.includes(address.value >> 32n)
  // ::1 and :: are addresses of their own, not 0.0.0.1 and 0.0.0.0
  return isWrapped && address.value > 0xffffn ? { family: 4, value } : address
}

import { BlockList } from 'node:net'

const privateNetworks = new BlockList()
for (const [address, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  privateNetworks.addSubnet(address, prefix, 'ipv4')
}

/**
 * The half of a platform's `public|private` list of addresses that `network` names. Versions differ in the order: where just one half is a
 * private address that tells which is which, else the first is the public one. A list of one is that one.
 * @returns undefined when there is none
 */
export function halfOf(list: string, network: 'public' | 'private'): string | undefined {
  const addresses = list
    .split('|')
    .map((address) => address.trim())
    .filter((address) => URL.canParse(address))
  const inner = addresses.filter(isPrivate)
  const outer = addresses.filter((address) => !isPrivate(address))
  if (inner.length === 1 && outer.length === 1) return network === 'private' ? inner[0] : outer[0]
  return network === 'private' ? (addresses[1] ?? addresses[0]) : addresses[0]
}

function isPrivate(address: string): boolean {
  return privateNetworks.check(new URL(address).hostname)
}

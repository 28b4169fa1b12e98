import { BlockList, isIP } from 'node:net'

/**
 * Whether an address that a platform named may be asked: its own hosts, on whatever port, and those of config's `mediaHosts`.
 * @param own hostnames
 * @param named `name`, `name:port`, or a network such as 10.20.0.0/16
 */
export function createMediaHosts(own: readonly string[], named: readonly string[]): (address: URL) => boolean {
  const names = new Set([...own, ...named].map((name) => name.toLowerCase()))
  const networks = new BlockList()
  for (const each of named) {
    const [, address = '', prefix] = /^\[?([^\]/]+)\]?\/(\d{1,3})$/.exec(each) ?? []
    const family = isIP(address)
    if (family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128)) networks.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6')
  }
  return ({ host, hostname }) => {
    const bare = hostname.replace(/^\[|\]$/g, '')
    const family = isIP(bare)
    return names.has(hostname) || names.has(host) || (family !== 0 && networks.check(bare, family === 4 ? 'ipv4' : 'ipv6'))
  }
}

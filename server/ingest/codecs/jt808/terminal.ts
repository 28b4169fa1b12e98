import { createHash } from 'node:crypto'

/** How a vehicle is named after its terminal's number, which is a telephone number and so is never handed on. */
export interface Naming {
  readonly terminal: 'hash' | 'last-six'
  readonly salt: string
}

/** Without the zeros that fill the field up: the same terminal has the same name under both editions. */
const plainNumber = (phone: string): string => phone.replace(/^0+/, '')

/** `v-3f2a91c07b5d`, or `v-123456` */
export function vehicleId(phone: string, { terminal, salt }: Naming): string {
  const number = plainNumber(phone)
  if (terminal === 'last-six') return `v-${number.slice(-6).padStart(6, '0')}`
  return `v-${createHash('sha256').update(`${salt}\n${number}`).digest('hex').slice(0, 12)}`
}

/** What the longest prefix of the terminal's number that is listed stands for. */
export function fleetOf(phone: string, fleets: Readonly<Record<string, string>>): string | undefined {
  const number = plainNumber(phone)
  const [longest] = Object.keys(fleets)
    .filter((prefix) => number.startsWith(prefix))
    .sort((a, b) => b.length - a.length)
  return longest === undefined ? undefined : fleets[longest]
}

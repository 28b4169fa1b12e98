import { Buffer } from 'node:buffer'
import { unbracketed } from '../host-guard.ts'
import type { TransportContext } from '../transport.ts'

/** The user in a feed's address; undefined when there is none. */
export function userOf(url: URL): string | undefined {
  return url.username === '' ? undefined : decodeURIComponent(url.username)
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

/** Headers as configured, and those whose values are secrets. Names in lower case, so that the same name is there once. */
export function configuredHeaders(
  { headers, headerSecrets }: { readonly headers: Readonly<Record<string, string>>; readonly headerSecrets: Readonly<Record<string, string>> },
  { secret }: Pick<TransportContext<unknown>, 'secret'>,
): Record<string, string> {
  const open = Object.entries(headers)
  const hidden = Object.entries(headerSecrets).map(([name, secretName]) => [name, secret(secretName)] as const)
  return Object.fromEntries([...open, ...hidden].map(([name, value]) => [name.toLowerCase(), value]))
}

/** Host and port of an address, the port that the scheme usually has included; for messages and for the host guard. */
export function placeOf(url: URL, usualPort: number): { readonly host: string; readonly port: number; readonly text: string } {
  const port = url.port === '' ? usualPort : Number(url.port)
  return { host: unbracketed(url.hostname), port, text: `${url.hostname}:${String(port)}` }
}

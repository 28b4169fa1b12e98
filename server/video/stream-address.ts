import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import type { OpenStream } from './provider.ts'

/** An address of a stream as a camera list has it: without a password. */
export type StreamAddress = Pick<OpenStream, 'url' | 'kind'>

const kinds = ['hls', 'flv', 'rtsp'] as const
const usualPorts: Readonly<Record<string, string>> = { 'rtsp:': '554', 'rtsps:': '322', 'http:': '80', 'https:': '443' }

/**
 * @param kind `hls` or `flv`, where the address does not tell by its end
 * @param isOurs whether its host, with its port, is one of the platform's mediaHosts
 * Errors: in words that do not repeat the address.
 */
export function readAddress(text: string, kind: string | undefined, isOurs: (address: URL) => boolean): Result<StreamAddress, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hostname === '') return fail('found no address, expected http(s)://…m3u8, http(s)://…flv or rtsp://…')
  if (url.password !== '')
    return fail('found an address with a password in it: take user and password out, and name variables that hold them in userEnv and passwordEnv')
  const scheme = url.protocol.slice(0, -1)
  if (!Object.hasOwn(usualPorts, url.protocol)) return fail(`found an address that begins with ${scheme}:, expected http, https, rtsp or rtsps`)
  const found = kindOf(url, kind?.toLowerCase())
  if (!found.ok) return found
  const asked = reachedAt(url)
  if (!isOurs(asked)) return fail(`its host ${asked.host} is none of the platform's mediaHosts: add it there if streams may come from it`)
  return ok({ url: text, kind: found.value })
}

function kindOf(url: URL, given: string | undefined): Result<StreamAddress['kind'], string> {
  if (/^rtsps?:$/.test(url.protocol))
    return given === undefined || given === 'rtsp' ? ok('rtsp') : fail(`found an RTSP address, and the kind ${given}: leave the kind empty`)
  const kind = kinds.find((each) => each === (given ?? { m3u8: 'hls', flv: 'flv' }[/\.(m3u8|flv)$/i.exec(url.pathname)?.[1]?.toLowerCase() ?? '']))
  if (kind === 'hls' || kind === 'flv') return ok(kind)
  return fail('the address does not tell what it is: expected it to end in .m3u8 or .flv, or hls or flv in the column 码流类型 (kind)')
}

/** Its host and port, the port written out. */
function reachedAt(url: URL): URL {
  const port = url.port === '' ? (usualPorts[url.protocol] ?? '') : url.port
  return new URL(`rtsp://${url.hostname.toLowerCase()}:${port}/`)
}

/** The address with user and password where it has none, whatever they are written with. */
export function withCredentials(address: string, { user, password }: { readonly user: string; readonly password: string }): string {
  if (user === '' && password === '') return address
  const url = new URL(address)
  if (url.username === '') url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  return url.href
}

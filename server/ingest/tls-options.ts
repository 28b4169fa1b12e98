import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve, sep } from 'node:path'
import { z } from 'zod'
import { MisconfiguredError } from './transport.ts'
import type { TransportContext } from './transport.ts'

/** The option `tls` of every transport that can encrypt. */
export const tlsSchema = z.strictObject({
  caFile: z
    .string()
    .optional()
    .describe(
      '用来核对上游证书的 CA 证书（PEM），config/tls 里的文件；不写则用系统公认的 · CA certificates (PEM) that the upstream is checked against, a file in config/tls; absent: the public ones',
    ),
  certFile: z
    .string()
    .optional()
    .describe('我方证书（PEM），config/tls 里的文件，上游要求时才写 · our own certificate (PEM), a file in config/tls, where the upstream wants one'),
  keySecret: z.string().optional().describe('存放 certFile 私钥（PEM）的密钥名 · name of the secret that holds the private key (PEM) of certFile'),
  serverName: z
    .string()
    .optional()
    .describe("上游证书上的名字，与 source 里的主机名不同时才写 · name that the upstream's certificate is for, where it is not the host of source"),
  insecure: z
    .boolean()
    .default(false)
    .describe(
      "写 true 则不核对上游证书：中间人可以看到并改动一切 · true does not check the upstream's certificate: whoever stands between reads and changes everything",
    ),
})
export type TlsSettings = z.infer<typeof tlsSchema>

/** What node:tls is told. */
export interface TlsConnection {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized: boolean
}

/**
 * @param host of the feed's source: the name sent in the handshake (SNI) and looked for in the certificate; an address is only looked for
 * @throws MisconfiguredError when a file or the key is not there, or one of certificate and key without the other
 */
export function tlsConnection(settings: TlsSettings | undefined, host: string, context: TlsSources): TlsConnection {
  const { caFile, certFile, keySecret, serverName = host, insecure = false } = settings ?? {}
  if ((certFile === undefined) !== (keySecret === undefined))
    throw new MisconfiguredError('transport.tls: certFile and keySecret go together; give both, or neither')
  if (insecure) context.warn(`${host}: its certificate is not checked (transport.tls.insecure): give its CA in transport.tls.caFile instead`)
  return {
    ...(caFile === undefined ? {} : { ca: context.certificate(caFile) }),
    ...(certFile === undefined ? {} : { cert: context.certificate(certFile) }),
    ...(keySecret === undefined ? {} : { key: context.secret(keySecret) }),
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    rejectUnauthorized: !insecure,
  }
}

type TlsSources = Pick<TransportContext<unknown>, 'certificate' | 'secret' | 'warn'>

/** Reads files of config/tls; names that lead out of it are refused. */
export function createCertificates(directory: string): (file: string) => string {
  const root = resolve(directory)
  return (file) => {
    const path = resolve(root, file)
    if (!path.startsWith(root + sep)) throw new MisconfiguredError(`transport.tls: ${JSON.stringify(file)} does not lie in config/tls`)
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
      throw new MisconfiguredError(`transport.tls: ${JSON.stringify(file)} cannot be read in ${root} (${code}); put the file there`)
    }
  }
}

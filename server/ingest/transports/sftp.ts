import { z } from 'zod'
import { MisconfiguredError } from '../transport.ts'
import type { Transport, TransportContext } from '../transport.ts'
import { collect } from './files/collect.ts'
import { fileOptions } from './files/options.ts'
import { RemoteFolder } from './files/remote-folder.ts'
import { SftpSession } from './files/sftp-session.ts'
import type { SftpTarget } from './files/sftp-session.ts'

const options = z
  .strictObject({
    ...fileOptions,
    scanSeconds: z.number().min(1).default(60).describe('每隔多少秒查看一次文件夹 · how often the folder is looked at, in seconds'),
    passwordSecret: z.string().min(1).optional().describe("存放用户口令的密钥名 · name of the secret that holds the user's password"),
    keySecret: z
      .string()
      .min(1)
      .optional()
      .describe("存放用户私钥（OpenSSH 或 PEM）的密钥名 · name of the secret that holds the user's private key (OpenSSH or PEM)"),
    passphraseSecret: z.string().min(1).optional().describe('解开私钥的口令的密钥名 · name of the secret that opens the private key'),
    hostKey: z
      .string()
      .regex(/^(SHA256:)?[A-Za-z0-9+/]{43}=?$/, 'a fingerprint such as SHA256:…; `ssh-keyscan -p 22 host | ssh-keygen -lf -` tells it')
      .optional()
      .describe(
        '服务器公钥的 SHA-256 指纹，即 ssh-keygen -l 显示的；口令绝不交给别的服务器 · SHA-256 fingerprint of the server’s key, as ssh-keygen -l tells it: another server is never given the password',
      ),
    insecureHostKey: z
      .boolean()
      .default(false)
      .describe('写 true 则信任任何应答的服务器；只可用于测试 · true trusts any server that answers; on a test bench only'),
    timeoutSeconds: z.number().positive().default(60).describe('等待服务器任何一次应答的最长秒数 · longest wait for any one answer of the server'),
  })
  .superRefine((given, context) => {
    if ((given.passwordSecret === undefined) === (given.keySecret === undefined))
      context.addIssue({ code: 'custom', path: ['passwordSecret'], message: 'give either passwordSecret or keySecret' })
    if ((given.hostKey === undefined) === !given.insecureHostKey)
      context.addIssue({
        code: 'custom',
        path: ['hostKey'],
        message: 'give hostKey (`ssh-keyscan host | ssh-keygen -lf -` tells it, compare it with the keeper of the server), or insecureHostKey: true',
      })
  })
type SftpOptions = z.infer<typeof options>

/** 文件交换(SFTP): the same as a folder here, on a server of somebody else. */
export const sftp: Transport<SftpOptions> = {
  name: 'sftp',
  schemes: ['sftp'],
  summary: {
    zh: 'SFTP 取文件：核对服务器指纹，只取写完的文件，每份内容只入库一次，在服务器上归档或保留',
    en: 'Fetches files by SFTP: checks the server’s key, takes only files that are complete, each content once, archives them there or leaves them',
  },
  options,
  usualCodec: 'csv',
  sample: `source: sftp://yiping@exchange.example:22/outbox/social-card
transport:
  passwordSecret: exchange-sftp   # or keySecret, with passphraseSecret
  hostKey: SHA256:0xOG3VQUiO2hCIf7rOPwb5ofFs19ElVQ13fnR0bnAO8
  pattern: '*.csv'
  complete: rename
  archive: move                   # on the server, to archive/<day>/; or delete, or leave
  scanSeconds: 60
codec: csv
`,
  async run(context) {
    const session = await SftpSession.open(await targetOf(context), context.clock)
    const give = (): void => void session.close()
    context.signal.addEventListener('abort', give)
    try {
      await collect(context, new RemoteFolder(session, pathOf(context.url), serverOf(context.url)))
    } catch (error) {
      // what fails because the connection was closed on purpose is no failure
      if (!context.signal.aborted) throw error
    } finally {
      context.signal.removeEventListener('abort', give)
      await session.close()
    }
  },
}

async function targetOf(context: TransportContext<SftpOptions>): Promise<SftpTarget> {
  const { url, hosts } = context
  if (url.username === '') throw new MisconfiguredError(`source: ${serverOf(url)} names no user; write sftp://user@${url.host}${url.pathname}`)
  if (url.password !== '') throw new MisconfiguredError('source: holds a password; put it into a secret, and name that in transport.passwordSecret')
  const port = url.port === '' ? 22 : Number(url.port)
  const { address } = await hosts.resolve(url.hostname.replace(/^\[|\]$/g, ''), port)
  return {
    server: serverOf(url),
    address,
    port,
    username: decodeURIComponent(url.username),
    login: loginOf(context),
    hostKey: context.options.hostKey,
    timeoutSeconds: context.options.timeoutSeconds,
  }
}

function loginOf(context: TransportContext<SftpOptions>): SftpTarget['login'] {
  const { passwordSecret = '', keySecret, passphraseSecret } = context.options
  if (keySecret === undefined) return { password: context.secret(passwordSecret) }
  const privateKey = context.secret(keySecret)
  return passphraseSecret === undefined ? { privateKey } : { privateKey, passphrase: context.secret(passphraseSecret) }
}

const serverOf = (url: URL): string => `sftp://${url.host}${url.pathname}`

/** `/~/a` is relative to the user's own folder, as curl has it. */
function pathOf(url: URL): string {
  const path = decodeURIComponent(url.pathname).replace(/\/+$/, '')
  if (path === '/~' || path === '') return path === '' ? '/' : '.'
  return path.startsWith('/~/') ? path.slice(3) : path
}

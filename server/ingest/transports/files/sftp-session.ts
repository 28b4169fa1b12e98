import { createHash } from 'node:crypto'
import SftpClient from 'ssh2-sftp-client'
import type { FileInfo } from 'ssh2-sftp-client'
import { secondMs } from '../../../../contract/time.ts'
import type { Clock } from '../../../core/clock.ts'
import { MisconfiguredError } from '../../transport.ts'
import { RemoteRefusal } from './remote-folder.ts'
import type { RemoteFiles } from './remote-folder.ts'

export interface SftpTarget {
  /** what the configuration calls the server, for words */
  readonly server: string
  readonly address: string
  readonly port: number
  readonly username: string
  readonly login: { readonly password: string } | { readonly privateKey: string; readonly passphrase?: string }
  /** `SHA256:…` as ssh-keygen -l says it; undefined trusts any server */
  readonly hostKey: string | undefined
  readonly timeoutSeconds: number
}

/** One connection to an SFTP server. Everything asked of it is answered, refused, or given up after `timeoutSeconds`. */
export class SftpSession implements RemoteFiles {
  readonly #target: SftpTarget
  readonly #clock: Pick<Clock, 'after'>
  readonly #client: SftpClient
  #foundKey: string | undefined
  #lost: string | undefined

  private constructor(target: SftpTarget, clock: Pick<Clock, 'after'>) {
    this.#target = target
    this.#clock = clock
    const lost = (words: string) => () => {
      this.#lost ??= words
    }
    // without callbacks of ours the library prints to the console
    this.#client = new SftpClient('sftp', {
      error: (error: unknown) => lost(error instanceof Error ? error.message : String(error))(),
      end: lost('the server ended the connection'),
      close: lost('the connection was closed'),
    })
  }

  /** @throws in words; MisconfiguredError when the server is not the one that the configuration means */
  static async open(target: SftpTarget, clock: Pick<Clock, 'after'>): Promise<SftpSession> {
    const session = new SftpSession(target, clock)
    await session.#connect()
    return session
  }

  async close(): Promise<void> {
    try {
      await this.#within(this.#client.end())
    } catch {
      // it is lost already: nothing is left to close
    }
  }

  async list(path: string, filter: (file: FileInfo) => boolean): Promise<FileInfo[]> {
    return await this.#ask(this.#client.list(path, filter))
  }

  async read(path: string, mostBytes: number): Promise<Buffer> {
    // ssh2's streams know `end`, like those of node:fs, but the types leave it out
    const readStreamOptions = { end: mostBytes } as SftpClient.ReadStreamOptions
    const got = await this.#ask(this.#client.get(path, undefined, { readStreamOptions }))
    // without a target of ours it answers with a buffer; an empty file comes as an empty array
    return Buffer.isBuffer(got) ? got : Buffer.alloc(0)
  }

  async lstat(path: string): Promise<{ readonly size: number; readonly modifyTime: number }> {
    // the library has it, and its types leave it out
    const client = this.#client as SftpClient & { lstat(path: string): Promise<SftpClient.FileStats> }
    return await this.#ask(client.lstat(path))
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#ask(this.#client.exists(path))) !== false
  }

  async mkdir(path: string): Promise<unknown> {
    return await this.#ask(this.#client.mkdir(path, false))
  }

  async rename(from: string, to: string): Promise<unknown> {
    return await this.#ask(this.#client.rename(from, to))
  }

  async delete(path: string): Promise<unknown> {
    return await this.#ask(this.#client.delete(path))
  }

  async put(bytes: Buffer, path: string): Promise<unknown> {
    return await this.#ask(this.#client.put(bytes, path))
  }

  async #connect(): Promise<void> {
    const { address, port, username, login, timeoutSeconds } = this.#target
    try {
      await this.#within(
        this.#client.connect({
          host: address,
          port,
          username,
          ...login,
          readyTimeout: timeoutSeconds * secondMs,
          keepaliveInterval: 30 * secondMs,
          hostVerifier: (key: Buffer) => this.#isExpected(key),
        }),
      )
    } catch (error) {
      await this.close()
      throw this.#whyNotConnected(error)
    }
  }

  #isExpected(key: Buffer): boolean {
    this.#foundKey = createHash('sha256').update(key).digest('base64').replaceAll('=', '')
    const { hostKey } = this.#target
    return hostKey === undefined || hostKey.replace(/^SHA256:/i, '').replaceAll('=', '') === this.#foundKey
  }

  #whyNotConnected(error: unknown): Error {
    const { server, hostKey, username } = this.#target
    const words = error instanceof Error ? error.message : String(error)
    if (/host denied|verification failed/i.test(words) && hostKey !== undefined) {
      const found = `its key is SHA256:${this.#foundKey ?? ''}, transport.hostKey says ${hostKey}`
      return new MisconfiguredError(`${server}: ${found}; ask whoever keeps it whether it was set up anew, and change hostKey only then`)
    }
    if (/authentication methods failed/i.test(words))
      return new Error(`${server}: user ${username} is refused; check the user, and the password or key`)
    if (/parse privateKey|passphrase|bad decrypt/i.test(words))
      return new MisconfiguredError(`${server}: the private key cannot be read (${words.slice(0, 80)}); check keySecret and passphraseSecret`)
    return new Error(`${server}: ${words.slice(0, 200)}`, { cause: error })
  }

  /** What the server said no to is told apart from a connection that is lost. */
  async #ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await this.#within(answer)
    } catch (error) {
      const words = (error instanceof Error ? error.message : String(error)).slice(0, 200)
      if (this.#lost !== undefined || signsOfLoss.test(words))
        throw new Error(`${this.#target.server}: the connection is lost: ${this.#lost ?? words}`, { cause: error })
      throw refusalOf(error, words) ?? new Error(`${this.#target.server}: ${words}`, { cause: error })
    }
  }

  async #within<T>(answer: Promise<T>): Promise<T> {
    const seconds = this.#target.timeoutSeconds
    return await new Promise<T>((resolve, reject) => {
      const cancel = this.#clock.after(seconds * secondMs, () => reject(new Error(`no answer within ${String(seconds)} s`)))
      answer.then(resolve, reject).finally(cancel)
    })
  }
}

const signsOfLoss = /unexpected (end|close)|no sftp connection|not connected|econnreset/i

/** By the protocol's status: 2 is no such file, 3 permission denied, 4 any other failure. */
function refusalOf(error: unknown, words: string): RemoteRefusal | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 2 || code === 'ENOTEXIST' || /no such file/i.test(words)) return new RemoteRefusal('is not there', true)
  if (code === 3 || /permission denied/i.test(words)) return new RemoteRefusal('permission denied', false)
  return code === 4 ? new RemoteRefusal(`the server says: ${words}`, false) : undefined
}

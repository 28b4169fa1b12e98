import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, readdirSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import type { Stats } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import type { Connection, SFTPWrapper } from 'ssh2'

/** A folder of this machine behind an SFTP server of ssh2's own. */
export interface RunningSftpServer {
  readonly port: number
  /** what ssh-keygen -l would say of its key */
  readonly fingerprint: string
  /** Breaks every connection. */
  cut(): void
  /** whether requests are answered at all */
  setSilent(isSilent: boolean): void
  close(): Promise<void>
}

export interface SftpServerOptions {
  readonly user: string
  readonly password?: string
  /** an OpenSSH public key that is let in */
  readonly publicKey?: string
  readonly folder: string
  /** paths, beginning with /, that nobody may read or move */
  readonly denied?: ReadonlySet<string>
}

const { Server, utils } = ssh2
const { OPEN_MODE, STATUS_CODE, flagsToString } = utils.sftp

/** The server's own key, in the form that ssh2 reads. */
export function newKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}

export async function startSftpServer(options: SftpServerOptions): Promise<RunningSftpServer> {
  const hostKey = newKey()
  const connections = new Set<Connection>()
  const state = { isSilent: false }
  const server = new Server({ hostKeys: [hostKey] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('close', () => connections.delete(connection))
    connection.on('authentication', (attempt) => {
      const isKnown = attempt.username === options.user
      if (isKnown && attempt.method === 'password' && options.password !== undefined && attempt.password === options.password) attempt.accept()
      else if (isKnown && attempt.method === 'publickey' && options.publicKey === attempt.key.data.toString('base64')) attempt.accept()
      else attempt.reject(['password', 'publickey'])
    })
    connection.on('session', (accept) => accept().on('sftp', (open) => serve(open(), options, state)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // a listening TCP server has an AddressInfo, not a pipe's name
  const { port } = server.address() as AddressInfo
  return {
    port,
    fingerprint: fingerprintOf(hostKey),
    cut: () => connections.forEach((connection) => connection.end()),
    setSilent: (isSilent) => (state.isSilent = isSilent),
    async close() {
      connections.forEach((connection) => connection.end())
      server.close()
      await once(server, 'close')
    },
  }
}

function parsed(key: string): ssh2.ParsedKey {
  const found = utils.parseKey(key)
  if (found instanceof Error) throw found
  return [found].flat()[0]!
}

export const publicKeyOf = (key: string): string => parsed(key).getPublicSSH().toString('base64')

function fingerprintOf(key: string): string {
  return `SHA256:${createHash('sha256').update(parsed(key).getPublicSSH()).digest('base64').replaceAll('=', '')}`
}

function serve(sftp: SFTPWrapper, { folder, denied }: SftpServerOptions, state: { readonly isSilent: boolean }): void {
  const handles = new Map<number, { readonly file: number } | { names: string[]; readonly path: string }>()
  const handleOf = (buffer: Buffer) => handles.get(buffer.readUInt32BE(0))
  const opened = (what: { readonly file: number } | { names: string[]; readonly path: string }): Buffer => {
    const id = handles.size + 1
    handles.set(id, what)
    const buffer = Buffer.alloc(4)
    buffer.writeUInt32BE(id)
    return buffer
  }
  const real = (path: string): string => {
    if (denied?.has(path) === true) throw Object.assign(new Error('Permission denied'), { code: 'EACCES' })
    return join(folder, path)
  }
  /** answers with a status when the disk says no */
  const attempt = (request: number, act: () => void): void => {
    if (state.isSilent) return
    try {
      act()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      const status = code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : code === 'EACCES' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE
      sftp.status(request, status)
    }
  }
  sftp.on('REALPATH', (request, path) =>
    attempt(request, () => sftp.name(request, [{ filename: path === '.' ? '/' : path, longname: path, attrs: attrsOf(statSync(folder)) }])),
  )
  sftp.on('STAT', (request, path) => attempt(request, () => sftp.attrs(request, attrsOf(statSync(real(path))))))
  sftp.on('LSTAT', (request, path) => attempt(request, () => sftp.attrs(request, attrsOf(lstatSync(real(path))))))
  sftp.on('OPENDIR', (request, path) => attempt(request, () => sftp.handle(request, opened({ names: readdirSync(real(path)), path }))))
  sftp.on('READDIR', (request, handle) =>
    attempt(request, () => {
      const found = handleOf(handle)
      if (found === undefined || !('names' in found) || found.names.length === 0) {
        sftp.status(request, STATUS_CODE.EOF)
        return
      }
      const names = found.names.splice(0, 50)
      sftp.name(
        request,
        names.map((name) => {
          const stats = lstatSync(join(folder, found.path, name))
          const letter = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-'
          return { filename: name, longname: `${letter}rw-r--r-- 1 user group ${String(stats.size)} Nov 23 14:30 ${name}`, attrs: attrsOf(stats) }
        }),
      )
    }),
  )
  sftp.on('OPEN', (request, path, flags) =>
    attempt(request, () => {
      const file = openSync(real(path), (flags & OPEN_MODE.WRITE) === 0 ? 'r' : (flagsToString(flags) ?? 'w'))
      sftp.handle(request, opened({ file }))
    }),
  )
  sftp.on('FSTAT', (request, handle) =>
    attempt(request, () => {
      const found = handleOf(handle)
      if (found !== undefined && 'file' in found) sftp.attrs(request, attrsOf(fstatSync(found.file)))
      else sftp.status(request, STATUS_CODE.FAILURE)
    }),
  )
  sftp.on('READ', (request, handle, offset, length) =>
    attempt(request, () => {
      const found = handleOf(handle)
      const bytes = Buffer.alloc(length)
      const count = found !== undefined && 'file' in found ? readSync(found.file, bytes, 0, length, offset) : 0
      if (count === 0) sftp.status(request, STATUS_CODE.EOF)
      else sftp.data(request, bytes.subarray(0, count))
    }),
  )
  sftp.on('WRITE', (request, handle, offset, bytes) =>
    attempt(request, () => {
      const found = handleOf(handle)
      if (found !== undefined && 'file' in found) writeSync(found.file, bytes, 0, bytes.length, offset)
      sftp.status(request, STATUS_CODE.OK)
    }),
  )
  sftp.on('CLOSE', (request, handle) =>
    attempt(request, () => {
      const found = handleOf(handle)
      if (found !== undefined && 'file' in found) closeSync(found.file)
      sftp.status(request, STATUS_CODE.OK)
    }),
  )
  const done = (request: number, act: () => void): void =>
    attempt(request, () => {
      act()
      sftp.status(request, STATUS_CODE.OK)
    })
  sftp.on('RENAME', (request, from, to) => done(request, () => renameSync(real(from), real(to))))
  sftp.on('REMOVE', (request, path) => done(request, () => unlinkSync(real(path))))
  sftp.on('MKDIR', (request, path) => done(request, () => mkdirSync(real(path))))
  sftp.on('SETSTAT', (request) => done(request, () => undefined))
  sftp.on('FSETSTAT', (request) => done(request, () => undefined))
}

const attrsOf = ({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats) => ({
  mode,
  uid,
  gid,
  size,
  atime: Math.floor(atimeMs / 1_000),
  mtime: Math.floor(mtimeMs / 1_000),
})

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Holds a data folder for this process alone: two servers on one log would number facts twice.
 * @throws when a living process holds it, naming that process and the file; a lock left by a dead one is taken over
 * @returns how to let go
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, 'server.lock')
  if (!tryLock(file)) {
    const holder = Number(readFileSync(file, 'utf8'))
    if (isAlive(holder))
      throw new Error(
        `Another server (process ${String(holder)}) already works on ${directory}. Stop it, or give this one another folder in YIPING_DATA.`,
      )
    rmSync(file, { force: true })
    if (!tryLock(file)) throw new Error(`${file} was taken by another server just now: start again.`)
  }
  return () => {
    rmSync(file, { force: true })
  }
}

function tryLock(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600)
    writeSync(descriptor, String(process.pid))
    closeSync(descriptor)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, under another user
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

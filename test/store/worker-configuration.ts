import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Registry } from '../../server/core/registry.ts'
import { registryWith } from '../support/registry.ts'

/**
 * Stands in for the server's configuration in the historian's thread: always the tests' small registry. A file `die` in the folder is
 * taken away and ends the thread, as a crash would.
 */
export function loadConfiguration(directory: string): Result<Registry, never> {
  const order = join(directory, 'die')
  if (existsSync(order)) {
    rmSync(order)
    process.exit(3)
  }
  return ok(registryWith())
}

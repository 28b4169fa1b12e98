import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Registry } from '../core/registry.ts'

const fold = new URL('../core/world.ts', import.meta.url)

/** Imports that are there at run time, by their relative paths. */
const imports = /^(?:import|export) (?!type )[^'"]*?from '(\.[^']+)'/gm

/**
 * Names the configuration and the very code that folds: a checkpoint made with another is not used. Computed from the sources of the world
 * and all it imports, since a version number would have to be raised by hand, and a figure folded by two versions of a rule would be wrong
 * without anyone noticing. The price: the first start after such a change folds the whole log.
 */
export function foldFingerprint(registry: Registry): string {
  const hash = createHash('sha256').update(registry.fingerprint)
  for (const [file, text] of [...sourcesFrom(fold)].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`\0${file.slice(file.lastIndexOf('/'))}\0${text}`)
  return hash.digest('hex').slice(0, 32)
}

/** @returns address → text of a module and of all it imports */
function sourcesFrom(module: URL, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(module.href)) return found
  const text = readFileSync(module, 'utf8')
  found.set(module.href, text)
  for (const [, path = ''] of text.matchAll(imports)) sourcesFrom(new URL(path, module), found)
  return found
}

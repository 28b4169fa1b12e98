import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { screenConfiguration } from './configuration/screen-configuration.ts'
import type { Registry } from './core/registry.ts'
import type { Settings } from './settings.ts'

/** Names what a wall draws with: the client's code and the configuration. Walls of another build reload themselves. */
export function buildOf(settings: Settings, registry: Registry): string {
  const told = JSON.stringify(screenConfiguration(registry, ''))
  const configuration = createHash('sha256').update(told).digest('hex').slice(0, 12)
  return `${settings.build ?? builtClient(settings.clientDirectory)}.${configuration}`
}

function builtClient(directory: string): string {
  const mark = join(directory, '.yiping-built')
  return existsSync(mark) ? readFileSync(mark, 'utf8').trim() : 'unmarked'
}

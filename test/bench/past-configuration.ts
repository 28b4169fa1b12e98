import { ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Registry } from '../../server/core/registry.ts'
import { feed, registryWith } from '../support/registry.ts'

/** The tests' small registry, with a feed of sensors: whose year past.ts tells. */
export const yearRegistry = (): Registry =>
  registryWith({ feeds: [feed({ id: 'sensors', source: 'mqtt://10.20.0.5', transport: { topics: ['#'] }, mapping: '$' })] })

/** Stands in for the server's configuration in the historian's thread. */
export const loadConfiguration = (): Result<Registry, never> => ok(yearRegistry())

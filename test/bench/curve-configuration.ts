import { ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { InputDefinition } from '../../contract/indicator.ts'
import type { Registry } from '../../server/core/registry.ts'
import { indicator, registryWith } from '../support/registry.ts'

const byUnit = (id: string): InputDefinition => ({
  id,
  name: id,
  nameEn: id,
  unitOfMeasure: '',
  unitOfMeasureEn: '',
  by: 'unit',
  gather: 'last',
  entry: false,
  published: false,
  cadenceHours: 24,
})

/** Stands in for the server's configuration in the historian's thread: the tests' small registry, and an indicator of two inputs by unit. */
export function loadConfiguration(): Result<Registry, never> {
  return ok(registryWith({ indicators: [indicator({ id: 'computed', formula: 'done / asked * 100' })], inputs: [byUnit('done'), byUnit('asked')] }))
}

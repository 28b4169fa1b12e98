import { figure } from './figure.ts'
import { instant } from './instant.ts'
import type { MappingFunction } from './mapping-function.ts'
import { subdistrict, unitId } from './organisation.ts'
import { block, wgs84 } from './place.ts'
import { choice, clean, mask } from './text.ts'
import { unit } from './unit-of-measure.ts'

/** Every function of ours that mappings may call, in the order in which the bench shows them. */
export const mappingFunctions: readonly MappingFunction[] = [instant, wgs84, block, figure, unit, choice, unitId, subdistrict, mask, clean]

/** What a mapping knows besides its message. */
export const mappingVariables = ['origin', 'receivedAt', 'feed', 'zone'] as const

import type { Ref, ShallowRef } from 'vue'
import type { Resource, ResourceRequest } from '../../../../contract/duty.ts'
import type { ResourceStanding } from '../../../../contract/duty-fact.ts'
import type { Failure } from '../bench-api.ts'
import { useCommand } from '../use-command.ts'
import { dutyApi } from './duty-api.ts'

type Without<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never

export interface ResourceHand {
  readonly isBusy: Readonly<Ref<boolean>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** @returns whether it was done; if not, `failure` says why */
  readonly take: (asked: Without<ResourceRequest, 'command' | 'district'>) => Promise<boolean>
  /** what may come next, most likely first; to send it one begins at the incident */
  readonly waysOf: (resource: Resource) => readonly ResourceStanding[]
}

/** The hand that registers and moves resources. */
export function useResources(district: () => string): ResourceHand {
  const command = useCommand()
  return {
    isBusy: command.isBusy,
    failure: command.failure,
    take: async (asked) => (await command.send(asked, (made) => dutyApi.resource({ ...asked, district: district(), command: made }))) !== undefined,
    waysOf({ standing }) {
      switch (standing.status) {
        case 'assigned':
          return [{ status: 'on-scene', incident: standing.incident }, { status: 'returning' }]
        case 'on-scene':
          return [{ status: 'returning' }]
        case 'returning':
          return [{ status: 'available' }, { status: 'out-of-service' }]
        case 'available':
          return [{ status: 'out-of-service' }]
        case 'out-of-service':
          return [{ status: 'available' }]
      }
    },
  }
}

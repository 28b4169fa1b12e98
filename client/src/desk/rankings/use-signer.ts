import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'
import { usePolled } from '../bench/use-polled.ts'
import type { Signer } from './model.ts'

/** Whose name would stand under what is decided on this page. */
export function useSigner(): { readonly signer: ComputedRef<Signer | undefined>; readonly failure: ComputedRef<Failure | undefined> } {
  const session = usePolled(benchApi.session)
  return {
    signer: computed(() => {
      const told = session.value.value
      return told === undefined ? undefined : { role: told.role, name: told.name }
    }),
    failure: computed(() => session.failure.value),
  }
}

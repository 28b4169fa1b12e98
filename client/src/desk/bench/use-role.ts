import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'
import { usePolled } from './use-polled.ts'

export interface Role {
  /** undefined while it is not known */
  readonly role: ComputedRef<'wall' | 'desk' | 'admin' | undefined>
  readonly failure: ComputedRef<Failure | undefined>
  /** why this session may not do what only an administrator may; undefined when it may */
  readonly onlyAdmin: ComputedRef<string | undefined>
}

/** Who looks at this page, and what of it is not for them. The server decides; this only says it before it is tried. */
export function useRole(): Role {
  const { t } = useI18n()
  const session = usePolled(benchApi.session)
  const role = computed(() => session.value.value?.role)
  return {
    role,
    failure: computed(() => session.failure.value),
    onlyAdmin: computed(() => (role.value === 'admin' ? undefined : t(role.value === undefined ? 'bench.roleUnknown' : 'bench.onlyAdmin'))),
  }
}

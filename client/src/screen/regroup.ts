import { inject, ref } from 'vue'
import type { InjectionKey, Ref } from 'vue'

/** Whether the indicators of this screen are grouped the other way: key `g` changes it. */
export const regroupKey: InjectionKey<Readonly<Ref<boolean>>> = Symbol('regroup')

/** As they are configured where no key changes it. */
export function useRegroup(): Readonly<Ref<boolean>> {
  return inject(regroupKey, () => ref(false), true)
}

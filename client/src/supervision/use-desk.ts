import { inject, provide, ref } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import { benchApi } from '../desk/bench-api.ts'

const deskKey: InjectionKey<Readonly<Ref<boolean>>> = Symbol('desk')

/** Tells everything below whether somebody of the desk looks at this page. Asked once: a session keeps its role. */
export function provideDesk(): void {
  const isDesk = ref(false)
  provide(deskKey, isDesk)
  void benchApi.session().then((told) => {
    isDesk.value = told.ok && told.value.role !== 'wall'
  })
}

/** Whether this is a page of the desk, where orders are given; never on a wall. */
export const useIsDesk = (): Readonly<Ref<boolean>> => inject(deskKey, () => ref(false), true)

import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import type { Driven } from '../../screen/driven.ts'

/** Which saved set of cameras an operator has chosen at this wall; remembered in its browser. */
export interface SavedChoice {
  /** undefined: the rotation as it is configured */
  readonly chosen: Readonly<Ref<string | undefined>>
  /** From the rotation to the first set, through all of them, and back. */
  next(): void
}

/** What a scene chooses holds until somebody at the wall chooses, and again with the next command. */
export function useSavedChoice(district: string, names: () => readonly string[], { number, ordered }: Driven): SavedChoice {
  const storageKey = `yiping.cameras.${district}`
  const own = (): string | undefined => localStorage.getItem(storageKey) ?? undefined
  const chosen = ref(ordered.value.cameras ?? own())
  watch([number, () => ordered.value.cameras], () => {
    chosen.value = ordered.value.cameras ?? own()
  })
  return {
    chosen,
    next: () => {
      // a set that has been taken from the configuration counts as none
      chosen.value = names()[names().indexOf(chosen.value ?? '') + 1]
      if (chosen.value === undefined) localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, chosen.value)
    },
  }
}

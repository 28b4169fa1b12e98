import { ref } from 'vue'
import type { Ref } from 'vue'

/** Which saved set of cameras an operator has chosen at this wall; remembered in its browser. */
export interface SavedChoice {
  /** undefined: the rotation as it is configured */
  readonly chosen: Readonly<Ref<string | undefined>>
  /** From the rotation to the first set, through all of them, and back. */
  next(): void
}

export function useSavedChoice(district: string, names: () => readonly string[]): SavedChoice {
  const storageKey = `yiping.cameras.${district}`
  const chosen = ref(localStorage.getItem(storageKey) ?? undefined)
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

import { readonly, ref } from 'vue'
import type { Ref } from 'vue'

/**
 * 来宾模式: people from outside look on. Cameras that are not open to everybody are not shown, and each stream is asked for as a guest's. Of
 * this wall alone; remembered, so that a page that reloads itself while guests are in the room shows nothing else than before.
 */

const storageKey = 'yiping.guest'
const state = ref(localStorage.getItem(storageKey) === 'yes')

export const isGuest: Readonly<Ref<boolean>> = readonly(state)

export function toggleGuest(): void {
  setGuest(!state.value)
}

export function setGuest(isOn: boolean): void {
  state.value = isOn
  if (state.value) localStorage.setItem(storageKey, 'yes')
  else localStorage.removeItem(storageKey)
}

import { computed, onMounted, onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'

/** Whether an element can be seen: within the window, on a page that is not hidden. False until it is known. */
export function useInSight(element: Readonly<Ref<Element | null>>): Readonly<Ref<boolean>> {
  const isWithin = ref(false)
  const isPageShown = ref(!document.hidden)
  const observer = new IntersectionObserver((entries) => {
    isWithin.value = entries.at(-1)?.isIntersecting ?? false
  })
  const turn = (): void => {
    isPageShown.value = !document.hidden
  }
  document.addEventListener('visibilitychange', turn)
  onMounted(() => {
    if (element.value !== null) observer.observe(element.value)
  })
  onScopeDispose(() => {
    observer.disconnect()
    document.removeEventListener('visibilitychange', turn)
  })
  return computed(() => isWithin.value && isPageShown.value)
}

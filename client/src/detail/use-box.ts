import { onBeforeUnmount, onMounted, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'

export interface Box {
  readonly width: number
  readonly height: number
}

/** Whole px an element has for its content; nothing before it is laid out. */
export function useBox(element: Readonly<ShallowRef<HTMLElement | null>>): Readonly<ShallowRef<Box>> {
  const box = shallowRef<Box>({ width: 0, height: 0 })
  const observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined) box.value = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) }
  })
  onMounted(() => {
    if (element.value !== null) observer.observe(element.value)
  })
  onBeforeUnmount(() => {
    observer.disconnect()
  })
  return box
}

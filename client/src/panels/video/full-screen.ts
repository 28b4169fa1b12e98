import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import { secondMs } from '../../../../contract/time.ts'

/** One picture over the whole screen. */
export interface FullScreen {
  /** id of its camera; undefined while there is none */
  readonly of: Readonly<Ref<string | undefined>>
  /** Shows this camera, or goes back when it is shown already. */
  toggle(source: string): void
  /** To the neighbour in a list, round and round. */
  move(among: readonly string[], step: 1 | -1): void
  readonly leave: () => void
}

/** Goes back by itself when nobody has touched it for `seconds`: a wall must not stay covered. */
export function useFullScreen(seconds: () => number): FullScreen {
  const of = ref<string>()
  watch(of, (shown, _before, onCleanup) => {
    if (shown === undefined) return
    const timer = setTimeout(leave, seconds() * secondMs)
    onCleanup(() => {
      clearTimeout(timer)
    })
  })
  function leave(): void {
    of.value = undefined
  }
  return {
    of,
    toggle: (source) => {
      of.value = of.value === source ? undefined : source
    },
    move: (among, step) => {
      if (of.value === undefined || among.length === 0) return
      const at = among.indexOf(of.value)
      of.value = among[(Math.max(0, at) + step + among.length) % among.length]
    },
    leave,
  }
}

/** Where an element stands in the page, whatever moves the page as a whole against burn-in. */
export function offsetInPage(element: HTMLElement): { readonly left: number; readonly top: number } {
  let [left, top] = [0, 0]
  for (let above: Element | null = element; above instanceof HTMLElement; above = above.offsetParent) {
    left += above.offsetLeft
    top += above.offsetTop
  }
  return { left, top }
}

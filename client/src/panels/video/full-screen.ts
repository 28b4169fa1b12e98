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
  /** Shows this camera by a desk's hand: it stays until somebody goes back; undefined goes back. */
  put(source: string | undefined): void
}

/** Goes back by itself when nobody has touched it for `seconds`: a wall must not stay covered. */
export function useFullScreen(seconds: () => number): FullScreen {
  const of = ref<string>()
  const stays = ref(false)
  watch([of, stays], ([shown], _before, onCleanup) => {
    if (shown === undefined || stays.value) return
    const timer = setTimeout(leave, seconds() * secondMs)
    onCleanup(() => {
      clearTimeout(timer)
    })
  })
  function show(source: string | undefined, stay = false): void {
    of.value = source
    stays.value = stay
  }
  function leave(): void {
    show(undefined)
  }
  return {
    of,
    toggle: (source) => {
      show(of.value === source ? undefined : source)
    },
    move: (among, step) => {
      if (of.value === undefined || among.length === 0) return
      const at = among.indexOf(of.value)
      show(among[(Math.max(0, at) + step + among.length) % among.length])
    },
    leave,
    put: (source) => {
      show(source, source !== undefined)
    },
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

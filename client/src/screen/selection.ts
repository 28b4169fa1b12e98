import { inject, provide, shallowReadonly, shallowRef, watch } from 'vue'
import type { InjectionKey, ShallowRef } from 'vue'
import { useHold } from './hold.ts'

/** What somebody has turned the screen to. `id` is that of the topic's entity; of a town its code. */
export interface Selected {
  readonly kind: 'incident' | 'sensor' | 'camera' | 'town'
  readonly id: string
}

/** 选中: one thing at a time, the same for the map, the lists and the video of a screen. */
export interface Selection {
  /** undefined: nobody has chosen, and the screen turns to what is most pressing */
  readonly selected: Readonly<ShallowRef<Selected | undefined>>
  /** Turns to a thing; undefined lets go. */
  readonly select: (thing: Selected | undefined) => void
}

const key: InjectionKey<Selection> = Symbol('selection')

export const isSelected = (selected: Selected | undefined, { kind, id }: Selected): boolean => selected?.kind === kind && selected.id === id

/** @param holdMinutes untouched for so long, the selection is let go; 0 never lets go */
export function createSelection(holdMinutes: number): Selection {
  const selected = shallowRef<Selected>()
  const hold = useHold(holdMinutes, () => {
    selected.value = undefined
  })
  const select = (thing: Selected | undefined): void => {
    selected.value = thing
    if (thing === undefined) hold.stop()
    else hold.start()
  }
  return { selected: shallowReadonly(selected), select }
}

/** Hands one selection to everything below; another district has other things, and begins without. */
export function provideSelection(holdMinutes: number, district: () => string | undefined): void {
  const selection = createSelection(holdMinutes)
  watch(district, () => {
    selection.select(undefined)
  })
  provide(key, selection)
}

/** The selection of the screen above; where none is, one that nobody shares. */
export function useSelection(): Selection {
  return inject(key, () => createSelection(0), true)
}

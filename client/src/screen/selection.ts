import { inject, provide, shallowReadonly, shallowRef, watch } from 'vue'
import type { InjectionKey, ShallowRef } from 'vue'
import type { Thing } from '../../../contract/wall-fact.ts'
import type { Driven } from './driven.ts'
import { useHold } from './hold.ts'

/** What somebody has turned the screen to. */
export type Selected = Readonly<Thing>

/** 选中: one thing at a time, the same for the map, the lists and the video of a screen. */
export interface Selection {
  /** undefined: nobody has chosen, and the screen turns to what is most pressing */
  readonly selected: Readonly<ShallowRef<Selected | undefined>>
  /** Turns to a thing; undefined lets go. */
  readonly select: (thing: Selected | undefined) => void
  /** The same by a desk's hand: it stands until somebody chooses otherwise. */
  readonly put: (thing: Selected | undefined) => void
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
  const put = (thing: Selected | undefined): void => {
    hold.stop()
    selected.value = thing
  }
  return { selected: shallowReadonly(selected), select, put }
}

/**
 * Hands one selection to everything below; another district has other things, and begins without.
 * @param driven what a desk orders, taken up with each command and each district
 */
export function provideSelection(holdMinutes: number, district: () => string | undefined, { number, ordered }: Driven): Selection {
  const selection = createSelection(holdMinutes)
  watch(
    [district, number],
    ([here]) => {
      const { selected, district: there } = ordered.value
      selection.put(there === undefined || there === here ? selected : undefined)
    },
    { immediate: true },
  )
  provide(key, selection)
  return selection
}

/** The selection of the screen above; where none is, one that nobody shares. */
export function useSelection(): Selection {
  return inject(key, () => createSelection(0), true)
}

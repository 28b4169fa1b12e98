import { shallowReadonly, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { z } from 'zod'
import { mapLayerNames } from '../../../../contract/panel.ts'
import type { MapLayer } from '../../../../contract/panel.ts'
import type { Driven } from '../../screen/driven.ts'

/** Which layers are switched off. */
export interface Switches {
  readonly off: Readonly<ShallowRef<ReadonlySet<MapLayer>>>
  readonly toggle: (layer: MapLayer) => void
}

const rememberedSchema = z.partialRecord(z.enum(mapLayerNames), z.boolean())

/** What somebody has switched on this machine; nothing where it cannot be read: a browser may refuse storage, and others write there too. */
function remembered(key: string): Partial<Record<MapLayer, boolean>> {
  try {
    return rememberedSchema.safeParse(JSON.parse(localStorage.getItem(key) ?? '{}')).data ?? {}
  } catch {
    return {}
  }
}

function remember(key: string, switched: Partial<Record<MapLayer, boolean>>): void {
  try {
    localStorage.setItem(key, JSON.stringify(switched))
  } catch {
    // without storage a switch lasts as long as the page
  }
}

/**
 * Layers that somebody at this wall switched on or off, remembered by its browser for each district and wall. While a desk or a scene says which
 * are off, that holds; what is switched at the wall meanwhile holds until the next command, and is not remembered.
 * @param usual off where nobody has switched anything
 */
export function useSwitches(name: () => string, usual: readonly MapLayer[], { number, ordered }: Driven): Switches {
  const key = (): string => `yiping.map.${name()}`
  const switched = shallowRef(remembered(key()))
  const offOf = (): ReadonlySet<MapLayer> => new Set(mapLayerNames.filter((layer) => !(switched.value[layer] ?? !usual.includes(layer))))
  const told = (): ReadonlySet<MapLayer> | undefined => ordered.value.off && new Set(ordered.value.off)
  const off = shallowRef(told() ?? offOf())
  watch(key, () => {
    switched.value = remembered(key())
  })
  watch([switched, number, () => ordered.value.off], () => {
    off.value = told() ?? offOf()
  })
  return {
    off: shallowReadonly(off),
    toggle(layer) {
      if (ordered.value.off !== undefined) {
        off.value = new Set(off.value.has(layer) ? [...off.value].filter((other) => other !== layer) : [...off.value, layer])
        return
      }
      switched.value = { ...switched.value, [layer]: off.value.has(layer) }
      remember(key(), switched.value)
    },
  }
}

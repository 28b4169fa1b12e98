import type { CountedNumbers } from '../panels/indicators.ts'
import { inject, type InjectionKey } from 'vue'

/** What can be opened from a figure: an indicator, those that are counted together, a channel's orders, a unit, or an input of a formula. `ranking` is the id of the month's ranking from which a unit is opened. */
export type DetailTarget =
  | { readonly kind: 'indicator'; readonly indicator: string }
  | { readonly kind: 'numbers'; readonly count: CountedNumbers }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly ranking?: string }
  | { readonly kind: 'input'; readonly input: string; readonly of: string | undefined }

/** Provided by whoever draws the details above the screen. */
export const openDetailKey: InjectionKey<(target: DetailTarget) => void> = Symbol('open detail')

/** Opens what is behind a figure; does nothing where nobody draws details. */
export function useOpenDetail(): (target: DetailTarget) => void {
  return inject(openDetailKey, () => undefined, false)
}

import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useConfiguration } from '../configuration.ts'

/** Anything of the configuration that has a name in both languages. */
interface Named {
  readonly nameEn: string
  readonly shortName?: string
  readonly name: string
}

/** What things of the configuration are called in the page's language: short names, for walls. */
export interface Names {
  /** short Chinese name where there is one; the English name in English */
  readonly of: (named: Named) => string
  /** an upstream may name a unit that is not in the configuration: then its own words stand */
  readonly unit: (id: string | undefined) => string
  readonly channel: (id: string) => string
  readonly subdistrict: (district: string, code: string | undefined) => string
}

export function useNames(): ComputedRef<Names> {
  const { locale } = useI18n()
  const configuration = useConfiguration()
  const units = new Map(configuration.units.map((unit) => [unit.id, unit]))
  const channels = new Map(configuration.channels.map((channel) => [channel.id, channel]))
  const places = new Map(
    configuration.districts.flatMap(({ id, subdistricts }) => subdistricts.map((place) => [`${id}/${place.code}`, place] as const)),
  )
  return computed(() => {
    const of = (named: Named): string => (locale.value === 'en' ? named.nameEn : (named.shortName ?? named.name))
    const found = (named: Named | undefined, otherwise: string): string => (named === undefined ? otherwise : of(named))
    return {
      of,
      unit: (id) => (id === undefined ? '' : found(units.get(id), id)),
      channel: (id) => found(channels.get(id), id),
      subdistrict: (district, code) => (code === undefined ? '' : found(places.get(`${district}/${code}`), code)),
    }
  })
}

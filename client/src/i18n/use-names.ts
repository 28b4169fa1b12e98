import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useConfiguration } from '../configuration.ts'

/** Anything of the configuration that has a name in both languages. */
interface Named {
  readonly nameEn: string
  readonly shortNameEn?: string | undefined
  readonly shortName?: string
  readonly name: string
}

/** What things of the configuration are called in the page's language: short names, for walls. */
export interface Names {
  /** the short name of the language where there is one */
  readonly of: (named: Named) => string
  /** by id or name; a unit that is not in the configuration keeps the words it was named with */
  readonly unit: (id: string | undefined) => string
  readonly channel: (id: string) => string
  readonly subdistrict: (district: string, code: string | undefined) => string
}

export function useNames(): ComputedRef<Names> {
  const { locale } = useI18n()
  const configuration = useConfiguration()
  // definitions and upstreams name a unit by its id or by either of its names
  const units = new Map(configuration.units.flatMap((unit) => [unit.name, unit.shortName, unit.id].map((name) => [name, unit] as const)))
  const channels = new Map(configuration.channels.map((channel) => [channel.id, channel]))
  const places = new Map(
    configuration.districts.flatMap(({ id, subdistricts }) => subdistricts.map((place) => [`${id}/${place.code}`, place] as const)),
  )
  return computed(() => {
    const of = (named: Named): string => (locale.value === 'en' ? (named.shortNameEn ?? named.nameEn) : (named.shortName ?? named.name))
    const found = (named: Named | undefined, otherwise: string): string => (named === undefined ? otherwise : of(named))
    return {
      of,
      unit: (id) => (id === undefined ? '' : found(units.get(id), id)),
      channel: (id) => found(channels.get(id), id),
      subdistrict: (district, code) => (code === undefined ? '' : found(places.get(`${district}/${code}`), code)),
    }
  })
}

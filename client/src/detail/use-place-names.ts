import { useI18n } from 'vue-i18n'
import { useConfiguration } from '../configuration.ts'
import { memberOf } from '../i18n/member-of.ts'
import { useNames } from '../i18n/use-names.ts'
import type { Place } from './trail.ts'

/** What a place of the way is called in the page's language. */
export function usePlaceNames(): (place: Place) => string {
  const { t } = useI18n()
  const names = useNames()
  const configuration = useConfiguration()
  const named = (input: string, id: string): string => {
    const found = memberOf(configuration, input, id)
    return found === undefined ? id : names.value.of(found)
  }
  return (place) => {
    switch (place.kind) {
      case 'indicator': {
        if (place.unit !== undefined) return names.value.unit(place.unit)
        const definition = configuration.indicators.find(({ id }) => id === place.indicator)
        return definition === undefined ? place.indicator : names.value.of(definition)
      }
      case 'numbers':
        return t(`detail.numbers.${place.count}`)
      case 'channel':
        return names.value.channel(place.channel)
      case 'unit':
        return names.value.unit(place.unit)
      case 'input':
        return place.of === undefined ? t('detail.input.whole') : named(place.input, place.of)
      case 'orders':
        return t('detail.tabs.orders')
    }
  }
}

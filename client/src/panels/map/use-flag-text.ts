import { useConfiguration } from '../../configuration.ts'
import { useNames } from '../../i18n/use-names.ts'
import { formatNumber } from '../../ui/format.ts'
import { sparkSpan } from '../sensors/model.ts'
import { trendOf } from './sensor-marks.ts'
import type { SensorMark } from './sensor-marks.ts'

const arrows = { rising: ' ↑', falling: ' ↓', steady: '' } as const

/** What a sensor's flag says: 氨氮 1.32 ↑. */
export function useFlagText(): { readonly quantityName: (quantity: string) => string; readonly flagOf: (mark: SensorMark) => string } {
  const names = useNames()
  const quantities = new Map(useConfiguration().quantities.map((quantity) => [quantity.id, quantity]))
  const quantityName = (id: string): string => {
    const definition = quantities.get(id)
    return definition === undefined ? id : names.value.of(definition)
  }
  return {
    quantityName,
    flagOf(mark) {
      const definition = quantities.get(mark.quantity)
      const trend = trendOf(mark, sparkSpan(definition))
      return `${quantityName(mark.quantity)} ${formatNumber(mark.value, definition?.decimals ?? 1)}${trend === undefined ? '' : arrows[trend]}`
    },
  }
}

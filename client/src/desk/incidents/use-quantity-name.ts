import { useConfiguration } from '../../configuration.ts'
import { useNames } from '../../i18n/use-names.ts'

/** What a quantity of config/quantities.yaml is called; its id where it is not there. */
export function useQuantityName(): (id: string) => string {
  const names = useNames()
  const quantities = new Map(useConfiguration().quantities.map((quantity) => [quantity.id, quantity]))
  return (id) => {
    const quantity = quantities.get(id)
    return quantity === undefined ? id : names.value.of(quantity)
  }
}

import type { Configuration } from '../../../contract/configuration.ts'

type Member = Configuration['units'][number] | Configuration['sectors'][number] | Configuration['themes'][number]

/**
 * Whom a value of an input is of: a unit, a sector or a theme, as the input is told apart by. A sector may have the id of a unit: 应急调度, and the
 * bureau that answers for it. Undefined for one that is not configured any more. Pure.
 * @param input of an indicator, which units alone have shares of, when undefined
 */
export function memberOf(
  { inputs, units, sectors, themes }: Pick<Configuration, 'inputs' | 'units' | 'sectors' | 'themes'>,
  input: string | undefined,
  id: string,
): Member | undefined {
  const members: Readonly<Record<Configuration['inputs'][number]['by'], readonly Member[]>> = {
    unit: units,
    sector: sectors,
    theme: themes,
    district: [],
  }
  return members[inputs.find((one) => one.id === input)?.by ?? 'unit'].find((one) => one.id === id)
}

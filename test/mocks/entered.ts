import type { InputFact } from '../../contract/fact.ts'
import { ledger } from '../../mock-streams/office/ledger.ts'
import { endOfMonth, lastMonth, monthIndex } from '../../server/entry/months.ts'
import { shippedInputs, shippedUnits } from '../feeds/shipped-registry.ts'

/** What the two clerks of the simulated city have entered by `now`, from December of the year before on: facts of the feed `manual`. */
export function enteredFacts(seed: number, now: number): readonly InputFact[] {
  const zone = 'Asia/Shanghai'
  const ids = new Map(shippedUnits.map(({ id, name }) => [name, id]))
  const last = monthIndex(lastMonth(now, zone))
  const first = Math.floor((last + 1) / 12) * 12 - 1
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((month) => {
    const at = endOfMonth(`${String(Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`, zone)
    return ledger.flatMap(({ input, members, valueAt }): readonly InputFact[] => {
      const definition = shippedInputs.find(({ id }) => id === input)
      // what is due once a year is entered in the first month
      if (definition === undefined || (definition.cadenceHours > 8_000 && month > first)) return []
      return members.flatMap((member): readonly InputFact[] => {
        const value = valueAt(seed, member, at)
        if (value === undefined) return []
        const fact = { kind: 'input', input, at, value } as const
        return [definition.by === 'unit' ? { ...fact, of: ids.get(member.names[0]) ?? member.names[0] } : fact]
      })
    })
  })
}

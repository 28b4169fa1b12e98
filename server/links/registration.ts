import type { LinkFact } from '../../contract/link-fact.ts'
import { ruleOf } from '../../contract/link.ts'
import type { LinkDefinition } from '../../contract/link.ts'
import type { Instant } from '../../contract/time.ts'
import type { LinkRecord } from '../core/topics/link-record.ts'

/**
 * The facts that bring the log in line with config/links: systems that are new or changed, and those that were taken away. From then on, and not
 * before, the rule holds. Empty when the log says it all already.
 * @param known what the log says of the district's
 */
export function linkFactsFor(
  district: string,
  {
    links,
    known,
    now,
    newLine,
  }: { readonly links: Iterable<LinkDefinition>; readonly known: readonly LinkRecord[]; readonly now: Instant; readonly newLine: () => string },
): readonly LinkFact[] {
  const own = [...links].filter((link) => link.district === district)
  const told = own.flatMap((link): readonly LinkFact[] => {
    const { id, name, nameEn, demo } = link
    const before = known.find((one) => one.id === id)
    const label = { name, nameEn, demo, rule: ruleOf(link) }
    if (before !== undefined && JSON.stringify(label) === JSON.stringify(labelOf(before))) return []
    return [{ kind: 'link', district, link: id, at: now, what: 'registered', line: newLine(), ...label }]
  })
  const gone = known.flatMap(({ id }): readonly LinkFact[] =>
    own.some((link) => link.id === id) ? [] : [{ kind: 'link', district, link: id, at: now, what: 'removed' }],
  )
  return [...told, ...gone]
}

const labelOf = ({ name, nameEn, demo, rule: { levels, types, units } }: LinkRecord) => ({ name, nameEn, demo, rule: { levels, types, units } })

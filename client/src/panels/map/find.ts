import type { District } from '../../../../contract/configuration.ts'
import type { Place } from '../../../../contract/fact-field.ts'
import type { SensorState } from '../../../../contract/topic.ts'
import type { Incident } from '../../../../contract/incident.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import type { Selected } from '../../screen/selection.ts'

/** 查找: things of the map by their name. Pure. */

export interface Findable extends Selected {
  readonly name: string
  /** what else it answers to, such as its English name */
  readonly also: string
  readonly place: Place | undefined
}

export interface FindableTopics {
  readonly incidents: readonly Incident[]
  readonly cameras: Iterable<VideoSource>
  readonly sensors: Iterable<SensorState>
}

/** What can be found: towns first, then open incidents, cameras, sensors; of a station that measures several things each by itself. */
export function findables(
  { subdistricts }: Pick<District, 'subdistricts'>,
  { incidents, cameras, sensors }: FindableTopics,
  quantityOf: (quantity: string) => string,
): readonly Findable[] {
  return [
    ...subdistricts.map(({ code, name, nameEn, shortName, place }) => ({
      kind: 'town' as const,
      id: code,
      name,
      also: `${shortName} ${nameEn}`,
      place,
    })),
    ...incidents.map(({ id, title, type, place }) => ({ kind: 'incident' as const, id, name: title, also: type, place })),
    ...[...cameras].map(({ id, name, code, place }) => ({ kind: 'camera' as const, id, name, also: code ?? '', place })),
    ...[...sensors].map(({ id, name, quantity, place }) => {
      const measured = quantityOf(quantity)
      return { kind: 'sensor' as const, id, name: name.includes(measured) ? name : `${name} ${measured}`, also: '', place }
    }),
  ]
}

/** Full-width letters and figures are typed by accident, and nobody minds capitals. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

/**
 * Those whose name holds each word of what was typed; names that begin with it first, then in the order of `things`.
 * @returns none for an empty text
 */
export function find(things: readonly Findable[], typed: string): readonly Findable[] {
  const words = plain(typed)
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return []
  const found = things.flatMap((thing) => {
    const name = plain(`${thing.name} ${thing.also}`)
    return words.every((word) => name.includes(word)) ? [{ thing, isFirst: name.startsWith(words[0] ?? '') }] : []
  })
  return [...found.filter(({ isFirst }) => isFirst), ...found.filter(({ isFirst }) => !isFirst)].map(({ thing }) => thing)
}

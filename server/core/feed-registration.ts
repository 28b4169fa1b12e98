import type { VideoPlatform } from '../../contract/configuration.ts'
import type { FeedFact } from '../../contract/fact.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Instant } from '../../contract/time.ts'
import type { Registry } from './registry.ts'

/** What screens are told of a feed. */
export type Label = NonNullable<FeedFact['label']>

/** Whose a feed is, and what it is called. */
export interface Registration {
  readonly district: string
  readonly label: Label
}

/** A feed's label, or a video platform's: to screens that is a feed which carries `video-source` and is due as often as its catalogue is asked for. */
export function labelOf(definition: FeedDefinition | VideoPlatform): Label {
  const { name, shortName, nameEn, demo, contact } = definition
  const told = { name, shortName, nameEn }
  if ('provider' in definition) return { ...told, demo, cadenceSeconds: definition.catalogueSeconds, contact, carries: ['video-source'] }
  const { sector, cadenceSeconds, carries } = definition
  return {
    ...told,
    ...(sector === undefined ? {} : { sector }),
    demo,
    cadenceSeconds,
    contact,
    ...(carries === undefined ? {} : { carries }),
  }
}

/** Feeds and video platforms of a configuration, by id. */
export const registrationsOf = ({ feeds, videoPlatforms }: Pick<Registry, 'feeds' | 'videoPlatforms'>): ReadonlyMap<string, Registration> =>
  new Map([...feeds.values(), ...videoPlatforms.values()].map((each) => [each.id, { district: each.district, label: labelOf(each) }]))

const isSameLabel = (one: Label | undefined, other: Label): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * The facts that bring the log in line with the configuration: feeds that are new, that changed their label or their district, and those
 * that were taken away. Empty when the log says it all already.
 * @param registered what the log says, latest fact by feed: `registered` of the world
 */
export function feedFactsFor(
  registry: Pick<Registry, 'feeds' | 'videoPlatforms'>,
  registered: ReadonlyMap<string, FeedFact>,
  now: Instant,
): readonly FeedFact[] {
  const configured = registrationsOf(registry)
  const told = [...configured].flatMap(([feed, { district, label }]): readonly FeedFact[] => {
    const known = registered.get(feed)
    return known?.district === district && isSameLabel(known.label, label) ? [] : [{ kind: 'feed', feed, at: now, district, label }]
  })
  const gone = [...registered.values()].flatMap(({ feed, district, label }): readonly FeedFact[] =>
    label === undefined || configured.has(feed) ? [] : [{ kind: 'feed', feed, at: now, district }],
  )
  return [...told, ...gone]
}

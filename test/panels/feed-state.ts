import type { FeedHealth } from '../../contract/topic.ts'

/** A feed as the topic `feeds` tells of it: up, and no simulator, unless said otherwise. */
export function feedState(
  id: string,
  given: Partial<Omit<FeedHealth, 'label'>> & { readonly label?: Partial<FeedHealth['label']> } = {},
): FeedHealth {
  return {
    id,
    state: 'up',
    since: 0,
    reason: undefined,
    detail: undefined,
    lastFactAt: 0,
    lastObservedAt: 0,
    factsToday: 1,
    rejectedToday: 0,
    perMinute: 0,
    completeness: undefined,
    upThisMonth: undefined,
    mainOf: [],
    ...given,
    label: {
      name: id,
      shortName: id,
      nameEn: id,
      sector: undefined,
      demo: false,
      cadenceSeconds: 60,
      contact: 'c',
      carries: undefined,
      ...given.label,
    },
  }
}

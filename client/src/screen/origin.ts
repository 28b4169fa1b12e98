import type { FeedHealth } from '../../../contract/topic.ts'

/** demo: at least one feed is a simulator · unknown: no feed is known yet, so nothing may pass for real · real */
export type Origin = 'demo' | 'unknown' | 'real'

/** What a screen says of where its figures come from. Pure. */
export function originOf(feeds: Iterable<Pick<FeedHealth, 'label'>>): Origin {
  let origin: Origin = 'unknown'
  for (const { label } of feeds) {
    if (label.demo) return 'demo'
    origin = 'real'
  }
  return origin
}

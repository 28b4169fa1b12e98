import type { ProbeState } from '../../../contract/video-fact.ts'
import type { VideoSource } from '../../../contract/video-source.ts'

/** A camera of the catalogue: online, open to all, not looked at yet. */
export const camera = (id: string, given: Partial<VideoSource> = {}): VideoSource => ({
  id,
  name: id,
  domain: 'social-governance',
  state: 'online',
  since: 0,
  subdistrict: undefined,
  place: undefined,
  heading: undefined,
  code: undefined,
  unit: undefined,
  sensitivity: 'open',
  isKey: false,
  canMove: false,
  probe: undefined,
  feed: 'demo',
  ...given,
})

/** What a look found, with nothing measured. */
export const looked = (state: ProbeState, given: Partial<NonNullable<VideoSource['probe']>> = {}): NonNullable<VideoSource['probe']> => ({
  state,
  at: 0,
  since: 0,
  codec: undefined,
  kilobitsPerSecond: undefined,
  firstSegmentMs: undefined,
  clockOffsetMs: undefined,
  ...given,
})

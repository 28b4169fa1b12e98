import type { Place } from './fact-field.ts'
import type { Instant } from './time.ts'
import type { Sensitivity, VideoDomain, VideoProbeFact } from './video-fact.ts'

/** 视频资源: the catalogue, without any address. */
export interface VideoSource {
  readonly id: string
  readonly name: string
  readonly domain: VideoDomain
  readonly state: 'online' | 'offline'
  readonly since: Instant
  readonly subdistrict: string | undefined
  readonly place: Place | undefined
  readonly heading: number | undefined
  readonly code: string | undefined
  /** that looks after it */
  readonly unit: string | undefined
  readonly sensitivity: Sensitivity
  readonly isKey: boolean
  readonly canMove: boolean
  /** 巡检: the last look without a viewer, and since when it found the same state; undefined before the first */
  readonly probe: (Omit<VideoProbeFact, 'kind' | 'source'> & { readonly since: Instant }) | undefined
  readonly feed: string
}

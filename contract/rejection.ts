import type { Instant } from './time.ts'

/** Where on its way a message was turned back. */
export const rejectionStages = ['receive', 'decode', 'map', 'admit'] as const
export type RejectionStage = (typeof rejectionStages)[number]

/** Why: a closed list, so that rejections can be counted by cause. `detail` says the rest in words. */
export const rejectionCodes = [
  'too-large',
  'unsupported-media-type',
  'bad-encoding',
  'bad-compression',
  'bad-syntax',
  'bad-shape',
  'unknown-value',
  'bad-instant',
  'bad-place',
  'unknown-indicator',
  'out-of-range',
  'from-the-future',
  'too-old',
] as const
export type RejectionCode = (typeof rejectionCodes)[number]

/** Why one message, or one part of it, was not recorded as a fact. `detail` names the place, the reason and the cure. */
export interface Refusal {
  readonly stage: RejectionStage
  readonly code: RejectionCode
  readonly detail: string
}

/** A refusal in an answer to an upstream: `index` counts the messages of one request from 0. */
export interface IndexedRefusal extends Refusal {
  readonly index: number
}

/** A message kept because it was refused. */
export interface Rejection extends Refusal {
  readonly id: number
  readonly feed: string
  readonly at: Instant
  /** the first 64 KiB of what was received, personal data masked */
  readonly raw: string
}

/** Bytes of a refused message that are kept. */
export const rawKeptBytes = 65_536

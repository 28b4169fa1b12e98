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
  'unknown-input',
  'unknown-member',
  'unknown-quantity',
  'out-of-range',
  'jump',
  'from-the-future',
  'too-old',
  'out-of-order',
  'correction',
  'too-slow',
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

/**
 * message: one decoded message as JSON, to be sent through again · body: all that was received together, to be sent through again · piece: a
 * part that was no message, which cannot be · cut: longer than what is kept
 */
export const keptForms = ['message', 'body', 'piece', 'cut'] as const
export type KeptForm = (typeof keptForms)[number]

/** Whether a kept message can be sent through again. */
export const isReplayable = (form: KeptForm | undefined): boolean => form === 'message' || form === 'body'

/** A message kept because it was refused. */
export interface Rejection extends Refusal {
  readonly id: number
  readonly feed: string
  readonly at: Instant
  /** the first 64 KiB of what was received, personal data masked; binary codecs in hexadecimal */
  readonly raw: string
  readonly form: KeptForm
  /** where exactly it came from: an MQTT topic, a file and its line, a device; empty for the HTTP intake */
  readonly origin: string
}

/** 同因: refusals of one feed that differ only in values, such as numbers and quoted words. */
export interface RejectionCause extends Refusal {
  readonly feed: string
  /** names the group */
  readonly cause: string
  readonly count: number
  /** of them, how many can be sent through again */
  readonly replayable: number
  readonly firstAt: Instant
  readonly lastAt: Instant
  /** the newest of them */
  readonly sample: Pick<Rejection, 'id' | 'raw' | 'origin'>
}

/** Bytes of a refused message that are kept. */
export const rawKeptBytes = 65_536

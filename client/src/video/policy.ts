import { videoTroubles } from '../../../contract/video.ts'
import type { VideoTrouble, VideoTroubleAnswer } from '../../../contract/video.ts'
import { codecName } from './codecs.ts'
import { wordOfTrouble } from './tile-state.ts'
import type { Trouble } from './tile-state.ts'

/**
 * The whole policy of a tile, in tables and thresholds: what each error means, when a picture counts as standing, when the player is built
 * anew, falls to the sub stream or climbs back. Pure: the player reports and carries out.
 */

/** An error as hls.js reports it, as far as it is looked at. */
export interface PlayerError {
  readonly type: string
  readonly details: string
  readonly fatal: boolean
  /** HTTP status of the answer, when there was one */
  readonly status: number | undefined
  /** its body, when it was text */
  readonly body: string | undefined
  /** RFC 6381, of the track that could not be taken, when it is known */
  readonly codec: string | undefined
}

/** note: it may heal by itself · recover: let the decoder begin anew, once · rebuild: a new player after a pause · rest: a new player after a long pause */
export type Remedy = 'note' | 'recover' | 'rebuild' | 'rest'

/** What speaks against the main stream. */
export type Strain = 'stalled' | 'dropping' | 'busy' | 'stuck' | 'unsupported'

export interface Decision {
  readonly remedy: Remedy
  /** what the tile shall know of it; undefined: nothing new */
  readonly trouble: Trouble | undefined
  readonly strain: Strain | undefined
}

/** What each kind of error calls for when hls.js has given up on it. Whatever is not named is rebuilt. */
const remedies: Readonly<Record<string, Remedy>> = {
  manifestIncompatibleCodecsError: 'rest',
  bufferAddCodecError: 'rest',
  bufferIncompatibleCodecsError: 'rest',
  bufferAppendError: 'recover',
  bufferAppendingError: 'recover',
  bufferStalledError: 'recover',
  fragParsingError: 'recover',
}

/** Errors that say by themselves what is wrong with the stream. */
const troubles: Readonly<Record<string, Trouble['word']>> = {
  manifestIncompatibleCodecsError: 'unsupported',
  bufferAddCodecError: 'unsupported',
  bufferIncompatibleCodecsError: 'unsupported',
  // an answer that is no playlist, or one in which there is nothing to play
  manifestParsingError: 'no-stream',
  levelParsingError: 'no-stream',
  levelEmptyError: 'no-stream',
}

/** Errors that hls.js lives with, and that still count against the quality. */
const strains: Readonly<Record<string, Strain>> = { bufferStalledError: 'stalled', bufferNudgeOnStall: 'stalled' }

/** Platforms and browsers that have no room for the main stream, or no decoder, may have one for the sub stream. */
const strainOfTrouble: Readonly<Partial<Record<Trouble['word'], Strain>>> = { waiting: 'busy', unsupported: 'unsupported' }

/** What to do about an error, and what to say of it. */
export function decide(error: PlayerError): Decision {
  const trouble = troubleIn(error)
  const isRefused = trouble?.word === 'no-permission'
  const given = isRefused ? 'rest' : (remedies[error.details] ?? 'rebuild')
  return {
    remedy: error.fatal ? given : 'note',
    trouble,
    strain: (trouble === undefined ? undefined : strainOfTrouble[trouble.word]) ?? strains[error.details],
  }
}

const only = (word: Trouble['word']): Trouble => ({ word, codec: undefined, needs: undefined })

function troubleIn({ type, details, status, body, fatal, codec }: PlayerError): Trouble | undefined {
  const word = fatal ? troubles[details] : undefined
  if (word !== undefined) return { ...only(word), codec: codec === undefined ? undefined : codecName(codec) }
  if (type !== 'networkError' || status === undefined) return undefined
  const told = body === undefined ? undefined : troubleInBody(body)
  if (told !== undefined) return { ...only(wordOfTrouble[told.state]), needs: told.needs }
  if (status === 401 || status === 403) return only('no-permission')
  return fatal && status === 404 ? only('no-stream') : undefined
}

const needs = ['name', 'reason', 'role', 'no-guest'] as const satisfies readonly NonNullable<VideoTroubleAnswer['needs']>[]

/** What an answer of /api/video in place of a picture says; undefined for anything else. */
export function troubleInBody(body: string): { readonly state: VideoTrouble; readonly needs: VideoTroubleAnswer['needs'] | undefined } | undefined {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer !== 'object' || answer === null) return undefined
    const state = 'state' in answer ? videoTroubles.find((trouble) => trouble === answer.state) : undefined
    return state === undefined ? undefined : { state, needs: 'needs' in answer ? needs.find((need) => need === answer.needs) : undefined }
  } catch {
    // a proxy's page or half an answer: its status says what can be said
    return undefined
  }
}

/** No new decoded frame for this long while it should play: the picture stands. */
export const stillAfterMs = 5_000
/** a player that has never shown a picture is given longer */
export const firstPictureWithinMs = 15_000

/** Standing for this long, the player is built anew; a stream of long segments may rightly be late by one and a half. */
export const rebuildAfterMs = (segmentMs: number): number => Math.max(12_000, segmentMs * 1.5)

const restMs = 30_000
const shortestPauseMs = 1_000
const longestPauseMs = 5_000

/**
 * Pause before the next player is built: doubled with each that showed nothing, jittered, never given up.
 * @param failures players in a row that showed no picture, from 0
 * @param dice in [0, 1)
 */
export function pauseBefore(remedy: 'rebuild' | 'rest', failures: number, dice: number): number {
  const base = remedy === 'rest' ? restMs : Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(failures, 10))
  return base * (0.75 + dice / 2)
}

/**
 * A frozen picture that keeps being sent is asked for anew once in a while, later and later: the platform may repeat what its camera sends
 * no more, and a new preview mends that. @param renewals so far, from 0
 */
export const renewAfterMs = (renewals: number): number => Math.min(10 * 60_000, 30_000 * 2 ** Math.min(renewals, 10))

/** How many strains of one kind within `strainWindowMs` make a player fall to the sub stream. */
export const strainsToFall: Readonly<Record<Strain, number>> = { stalled: 3, dropping: 2, busy: 1, stuck: 1, unsupported: 1 }
export const strainWindowMs = 60_000

/** Frames are counted over this long: */
export const droppingWindowMs = 10_000
/** more than this share of at least so many thrown away undrawn is a strain */
const droppingShare = 0.2
const fewestFrames = 50

export const isDropping = (decoded: number, dropped: number): boolean => decoded >= fewestFrames && dropped / decoded > droppingShare

/** How long all must go well on the sub stream before the main stream is tried again: longer after each fall. @param falls in a row, from 1 */
export const calmMs = (falls: number): number => Math.min(30 * 60_000, 2 * 60_000 * 2 ** Math.min(falls - 1, 10))
/** so long on the main stream without a fall, and earlier falls are forgotten */
export const forgivenAfterMs = 10 * 60_000

import { z } from 'zod'
import type { ViewingFact } from './video-fact.ts'
import type { Instant } from './time.ts'
import type { VideoSource } from './video-source.ts'

/**
 * Why a picture cannot be had just now: the answer of /api/video in place of one. A closed list, since a tile says each in words.
 * offline: the camera, by its catalogue, or not known at all · no-stream: the camera is there, its picture is not · platform-down:
 * the platform does not answer · no-permission: it refuses us · busy: as many streams are open as may be · connecting: asked again soon
 */
export const videoTroubles = ['offline', 'no-stream', 'platform-down', 'no-permission', 'busy', 'connecting'] as const
export type VideoTrouble = (typeof videoTroubles)[number]

/** Body of such an answer. `detail` is for people who look into it; no address, no credential. */
export interface VideoTroubleAnswer {
  readonly state: VideoTrouble
  readonly detail: string
  /** of `no-permission`, what would be needed: a signed-in name, a reason given first, another role; not to be shown to guests at all */
  readonly needs?: 'name' | 'reason' | 'role' | 'no-guest'
}

/**
 * Addresses, all under our own origin:
 * GET  /api/video/:source/live.m3u8?quality=main|sub&guest=1&codec=h264
 *                                                              the live playlist; `sub` where nothing is said; a guest scene says so itself;
 *                                                              `codec=h264` for a browser that cannot decode what the camera sends: coded anew,
 *                                                              `busy` while as many are as may be; as it is where that cannot be done
 * GET  /api/video/:source/snapshot                             a still picture
 * POST /api/video/:source/viewing   ViewingRequest             opens a sensitive camera for this session
 * POST /api/video/:source/ptz       MoveRequest                turns it; role desk
 * GET  /api/video/viewings?source=&from=&to=&limit=            who watched, latest first: Viewing[]; role desk
 */
export const viewingRequestSchema = z.strictObject({
  /** 调阅事由 */
  reason: z.string().trim().min(4).max(200),
})

export interface ViewingGranted {
  /** the permission ends then unless the stream is still being watched */
  readonly until: Instant
}

export const moves = ['left', 'right', 'up', 'down', 'in', 'out', 'stop'] as const
export type Move = (typeof moves)[number]
export const moveRequestSchema = z.strictObject({ move: z.enum(moves), speed: z.number().min(0.05).max(1).default(0.5) })

/** 在线: the catalogue has it on line, and the last look without a viewer, if there was one, found a picture that moves. */
export const isShowing = ({ state, probe }: Pick<VideoSource, 'state' | 'probe'>): boolean =>
  state === 'online' && (probe === undefined || probe.state === 'moving')

/** 调阅记录: one viewing of one camera by one session; a pause of less than ten minutes does not end it. */
export interface Viewing {
  readonly id: string
  readonly source: string
  readonly role: ViewingFact['role']
  readonly name: string | undefined
  readonly reason: string | undefined
  readonly address: string | undefined
  readonly beganAt: Instant
  /** undefined while it goes on */
  readonly endedAt: Instant | undefined
}

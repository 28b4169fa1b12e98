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
}

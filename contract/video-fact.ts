import { z } from 'zod'
import { id, instant, key, placeSchema, shortText } from './fact-field.ts'

/** Facts of 视频资源: what catalogues say of cameras, what was found at them, and who watched. */

/** 社会治理 / 城市管理 / 智慧文旅 */
export const videoDomains = ['social-governance', 'urban-management', 'culture-tourism'] as const
export type VideoDomain = (typeof videoDomains)[number]

/** 公开: any wall · 内部: no guest · 敏感: named people only, with a reason, under a watermark */
export const sensitivities = ['open', 'internal', 'sensitive'] as const
export type Sensitivity = (typeof sensitivities)[number]

/** 视频资源: what a video platform's catalogue says of one channel. Never an address or a credential. */
export const videoSourceFactSchema = z.strictObject({
  kind: z.literal('video-source'),
  id,
  at: instant,
  state: z.enum(['online', 'offline']),
  name: shortText.optional(),
  domain: z.enum(videoDomains).optional(),
  subdistrict: id.optional(),
  place: placeSchema.optional(),
  /** viewing direction, degrees clockwise from north */
  heading: z.number().min(0).max(360).optional(),
  /** GB/T 28181 code, 20 digits */
  code: z
    .string()
    .regex(/^\d{20}$/)
    .optional(),
  /** that looks after it */
  unit: id.optional(),
  sensitivity: z.enum(sensitivities).optional(),
  /** 重点点位: its failing is an alarm, and not only maintenance */
  isKey: z.boolean().optional(),
  /** it can be turned from here */
  canMove: z.boolean().optional(),
  key,
})

/**
 * 视频巡检: what the server found when it looked at a camera without a viewer; recorded when the state changes, and once an hour for its figures.
 * moving: segments arrive · standing: the playlist no longer moves · else why there is no stream.
 */
export const probeStates = ['moving', 'standing', 'no-stream', 'platform-down', 'no-permission'] as const
export type ProbeState = (typeof probeStates)[number]

export const videoProbeFactSchema = z.strictObject({
  kind: z.literal('video-probe'),
  /** of a video source */
  source: id,
  at: instant,
  state: z.enum(probeStates),
  /** RFC 6381, as the stream says itself: avc1.64001f, hvc1.1.6.L93.B0 */
  codec: z.string().max(64).optional(),
  kilobitsPerSecond: z.number().min(0).optional(),
  /** from asking for the stream to its first whole segment */
  firstSegmentMs: z.number().min(0).optional(),
  /** the stream's own clock minus ours */
  clockOffsetMs: z.number().optional(),
})

/** 调阅: somebody began to watch a camera, or ended. One who watches without a name is known by the role of the screen. */
export const viewingFactSchema = z.strictObject({
  kind: z.literal('viewing'),
  /** the same of both facts of one viewing */
  id,
  source: id,
  at: instant,
  phase: z.enum(['began', 'ended']),
  role: z.enum(['guest', 'wall', 'desk', 'admin']),
  name: shortText.optional(),
  /** asked for where the camera is sensitive */
  reason: shortText.optional(),
  /** where from, as far as it is known */
  address: z.string().max(64).optional(),
})

export type VideoSourceFact = z.infer<typeof videoSourceFactSchema>
export type VideoProbeFact = z.infer<typeof videoProbeFactSchema>
export type ViewingFact = z.infer<typeof viewingFactSchema>

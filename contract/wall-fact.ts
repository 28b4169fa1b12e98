import { z } from 'zod'
import { id, instant, placeSchema, shortText } from './fact-field.ts'
import { mapLayerNames } from './panel.ts'
import { screenIds } from './screen.ts'
import { playbackSpeeds } from './wall-past.ts'

/** Facts of walls (大屏): which there are, and what desks ordered them to show. */

const person = z.string().min(1).max(40)

/** 大屏登记: a browser became a wall, was called otherwise, or is one no more. */
export const wallFactSchema = z.strictObject({
  kind: z.literal('wall'),
  district: id,
  wall: id,
  at: instant,
  by: person,
  change: z.enum(['enrolled', 'renamed', 'revoked']),
  /** with `enrolled`: names the session of its browser without being a secret; the one before it is the wall no more */
  session: id.optional(),
  /** the next three with `enrolled` and `renamed`: all of them, as they are from then on */
  name: shortText.optional(),
  /** id of config/walls: the room it stands in; left out, its window decides */
  profile: id.optional(),
  /** 组: walls, or windows of one wide wall, that are driven together */
  group: shortText.optional(),
})

/** What somebody turned a wall to. `id` is that of the topic's entity; of a town its code. */
export const thingSchema = z.strictObject({ kind: z.enum(['incident', 'sensor', 'camera', 'town']), id })
export type Thing = z.infer<typeof thingSchema>

/** Where a map looks. */
export const lookSchema = z.strictObject({ place: placeSchema, kmAcross: z.number().min(0.2).max(500) })
export type Look = z.infer<typeof lookSchema>

const screen = z.enum(screenIds)

/** 指令: what a wall is ordered to do. `null` lets go of what was ordered before. */
export const wallOrderSchema = z.discriminatedUnion('do', [
  /** 场景 of config/scenes.yaml: takes the place of all that was ordered before */
  z.strictObject({ do: z.literal('scene'), scene: id }),
  /** 应急接管: this scene until `stand-down`, whatever the schedule or another desk says */
  z.strictObject({ do: z.literal('emergency'), scene: id }),
  /** 解除: back to what stood before the emergency */
  z.strictObject({ do: z.literal('stand-down') }),
  z.strictObject({ do: z.literal('show'), screen, district: id }),
  /** 聚焦; `look` also turns the map there */
  z.strictObject({ do: z.literal('select'), thing: thingSchema.nullable(), look: lookSchema.optional() }),
  z.strictObject({ do: z.literal('look'), at: lookSchema.nullable() }),
  /** 推镜头: a camera's picture first, over the whole screen where `isFull`; `screen` turns to one that has video, `look` the map to where it stands */
  z.strictObject({ do: z.literal('camera'), camera: id, isFull: z.boolean(), screen: screen.optional(), look: lookSchema.optional() }),
  z.strictObject({ do: z.literal('full-screen'), camera: id.nullable() }),
  /** layers of the map that are switched off */
  z.strictObject({ do: z.literal('layers'), off: z.array(z.enum(mapLayerNames)).max(mapLayerNames.length).nullable() }),
  /**
   * 回放: the past from an instant on, at a speed (0 rests there), with what each wall showed then; `until` is where it rests. Any other order of
   * what is seen brings the present back.
   */
  z.strictObject({ do: z.literal('past'), from: instant, until: instant.optional(), speed: z.literal([0, ...playbackSpeeds]) }),
  /** 回到实时 */
  z.strictObject({ do: z.literal('present') }),
  /** 来宾模式 */
  z.strictObject({ do: z.literal('guest'), isGuest: z.boolean() }),
  z.strictObject({ do: z.literal('undo') }),
  /** back to the schedule */
  z.strictObject({ do: z.literal('release') }),
  /** 主讲锁: only this desk drives; from another's hand it is taken over */
  z.strictObject({ do: z.literal('lock') }),
  z.strictObject({ do: z.literal('unlock') }),
])
export type WallOrder = z.infer<typeof wallOrderSchema>

export const mostWallsAtOnce = 200

/** 大屏指令: a desk drove one wall, or several in step. */
export const wallCommandFactSchema = z.strictObject({
  kind: z.literal('wall-command'),
  district: id,
  walls: z.array(id).min(1).max(mostWallsAtOnce),
  /** the group that was named, where one was */
  group: shortText.optional(),
  /** the desk's own name for this very command: told twice it is carried out once */
  key: id,
  at: instant,
  by: person,
  /** names the desk's session without being a secret */
  desk: id,
  /** where from, as far as it is known */
  address: z.string().max(64).optional(),
  what: wallOrderSchema,
})

export type WallFact = z.infer<typeof wallFactSchema>
export type WallCommandFact = z.infer<typeof wallCommandFactSchema>

import { z } from 'zod'
import { id } from './fact-field.ts'
import { mostWallsAtOnce, wallOrderSchema } from './wall-fact.ts'
import type { Look, Thing, WallOrder } from './wall-fact.ts'
import type { MapLayer } from './panel.ts'
import { screenIds } from './screen.ts'
import type { ScreenId } from './screen.ts'
import type { Instant } from './time.ts'
import type { WallPast } from './wall-past.ts'

/** What walls (大屏) are ordered to show, and what they say of themselves. */

/** What was ordered; `undefined` leaves it to the schedule, or to the wall itself. */
export interface WallView {
  readonly scene: string | undefined
  /** since when the scene stands: its steps count from here */
  readonly sceneAt: Instant | undefined
  /** goes before the scene's own */
  readonly screen: ScreenId | undefined
  readonly district: string | undefined
  readonly selected: Thing | undefined
  /** undefined: the whole district */
  readonly look: Look | undefined
  readonly off: readonly MapLayer[] | undefined
  readonly fullScreen: string | undefined
  readonly isGuest: boolean | undefined
  /** 回放: the rest is what comes back with the present */
  readonly past: WallPast | undefined
}

/** Nothing was ordered. */
export const emptyView: WallView = {
  scene: undefined,
  sceneAt: undefined,
  screen: undefined,
  district: undefined,
  selected: undefined,
  look: undefined,
  off: undefined,
  fullScreen: undefined,
  isGuest: undefined,
  past: undefined,
}

/** 主讲锁 */
export interface WallLock {
  readonly by: string
  /** session of the desk */
  readonly desk: string
  readonly since: Instant
  /** of its holder's last command: how long it has lain idle counts from here */
  readonly usedAt: Instant
}

/** 大屏: one entity per enrolled wall. */
export interface WallState {
  readonly id: string
  readonly name: string
  readonly profile: string | undefined
  readonly group: string | undefined
  readonly enrolledAt: Instant
  readonly enrolledBy: string
  readonly view: WallView
  readonly emergency: { readonly scene: string; readonly by: string; readonly at: Instant } | undefined
  readonly lock: WallLock | undefined
  /** number of the last command to this wall, of all commands of the district; 0 before the first */
  readonly command: number
  readonly commandAt: Instant | undefined
  readonly commandBy: string | undefined
  /** steps that can be undone, 20 at most */
  readonly undoable: number
}

/** A command as it was recorded. */
export interface WallCommand {
  readonly number: number
  readonly key: string
  readonly at: Instant
  readonly by: string
  readonly walls: readonly string[]
  readonly group: string | undefined
  readonly what: WallOrder
}

/**
 * Addresses:
 * GET  /api/walls/me                             who this browser is: WallIdentity; role wall
 * POST /api/walls/report          WallReport     what this wall shows; kept in memory, no fact; role wall, and only of itself
 * GET  /api/walls/reports?district=&after=       what all of them said: WallReports; waits a while for news; role desk
 * GET  /api/walls/:wall/picture?district=        WallPicture; role desk
 * POST /api/walls/enrol           EnrolRequest   → { wall }; role desk, signed, as are the next three
 * POST /api/walls/:wall/rename    WallNames
 * POST /api/walls/:wall/revoke    { district }
 * POST /api/walls/command         CommandRequest → CommandAnswer
 */

/** waiting: the code stands on this wall until somebody types it at a desk · revoked: the same, and who revoked it · none: no wall, but a desk */
export type WallIdentity =
  | { readonly state: 'enrolled'; readonly wall: string; readonly district: string; readonly name: string }
  | { readonly state: 'waiting'; readonly code: string; readonly expiresAt: Instant }
  | { readonly state: 'revoked'; readonly by: string; readonly at: Instant; readonly code: string; readonly expiresAt: Instant }
  | { readonly state: 'none' }

/** Letters and figures that nobody takes for each other across a room. */
export const codeAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
export const codeLength = 6

const districtId = z.string('expected the id of a district').min(1, 'expected the id of a district').max(128, 'no id of a district is that long')
const name = (most: number) =>
  z
    .string('expected a name')
    .trim()
    .min(1, 'expected a name')
    .max(most, `expected at most ${String(most)} characters`)

export const wallNamesSchema = z.strictObject({
  district: districtId,
  name: name(20),
  profile: id.optional(),
  group: name(20).optional(),
})
export type WallNames = z.infer<typeof wallNamesSchema>

export const enrolRequestSchema = z.strictObject({
  ...wallNamesSchema.shape,
  code: z
    .string('expected the code on the wall')
    .trim()
    .toUpperCase()
    .length(codeLength, `expected the ${String(codeLength)} characters on the wall`),
  /** an enrolled wall whose place this browser takes, such as after a change of its PC */
  wall: id.optional(),
})
export type EnrolRequest = z.input<typeof enrolRequestSchema>

const who = 'expected the walls, or one group'
export const commandRequestSchema = z
  .strictObject({
    district: districtId,
    /** the same in every attempt of one command */
    key: z.string('expected a name of this command, such as a UUID').min(8, 'expected 8 to 64 characters').max(64, 'expected 8 to 64 characters'),
    walls: z
      .array(id)
      .min(1, who)
      .max(mostWallsAtOnce, `at most ${String(mostWallsAtOnce)} walls at once`)
      .optional(),
    group: name(20).optional(),
    what: wallOrderSchema,
  })
  .refine(({ walls, group }) => (walls === undefined) !== (group === undefined), { error: who, path: ['walls'] })
export type CommandRequest = z.input<typeof commandRequestSchema>

/** `isRepeated`: it had been carried out before, and nothing was recorded */
export interface CommandAnswer extends Pick<WallCommand, 'number' | 'at' | 'by' | 'walls'> {
  readonly isRepeated: boolean
}

export const panelStates = ['fresh', 'stale', 'down', 'missing', 'fault'] as const
const share = z.number().min(0).max(1)

/** 示意: what stands where on a wall, in words and figures. Not a photograph: a browser cannot take one of itself. */
export const wallPictureSchema = z.strictObject({
  panels: z
    .array(
      z.strictObject({
        panel: z.string().max(40),
        title: z.string().max(40),
        state: z.enum(panelStates),
        /** headline figures, as they are written there */
        figures: z.array(z.string().max(24)).max(6),
        /** of the window's width and height */
        left: share,
        top: share,
        width: share,
        height: share,
      }),
    )
    .max(40),
})
export type WallPicture = z.infer<typeof wallPictureSchema>

export const wallLinks = ['connecting', 'live', 'stalled', 'incompatible'] as const

/** What a wall says of itself: every 5 s, and at once when it has painted a command. */
export const wallReportSchema = z.strictObject({
  /** number of the last command that has been on the screen for a frame; 0 before the first */
  painted: z.int().min(0),
  screen: z.enum(screenIds),
  district: id,
  /** somebody at the wall chose otherwise than it was ordered */
  isLocal: z.boolean(),
  /** 回放: the instant of the past that it shows; absent in the present */
  past: z.int().min(0).optional(),
  framesPerSecond: z.number().min(0).max(1_000),
  /** absent where the browser does not say */
  heapMegabytes: z.number().min(0).max(1_000_000).optional(),
  link: z.enum(wallLinks),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  build: z.string().max(100),
  /** panels that could not be drawn, as P-17 map */
  faults: z.array(z.string().max(80)).max(20),
  picture: wallPictureSchema,
})
export type WallReport = z.infer<typeof wallReportSchema>

export const reportEveryMs = 5_000
/** Nothing heard for so long: the wall is off, or cut off. */
export const silentAfterMs = 13_000
export const mostReportBytes = 40_000

/** The last report of a wall, as the server received it. */
export interface WallHeard extends Omit<WallReport, 'picture'> {
  readonly wall: string
  readonly heardAt: Instant
  /** since when it reports without a break */
  readonly since: Instant
}

/** A command, and how long after it each wall had it on its screen, as the server heard. Walls that have not are absent. */
export interface WallStep extends WallCommand {
  readonly paintedMs: Readonly<Record<string, number>>
}

export interface WallReports {
  /** grows with every report and command; give it as `after` */
  readonly version: number
  /** the server's clock */
  readonly now: Instant
  /** since when the server listens: what it has not heard since may have been said before */
  readonly listeningSince: Instant
  /** session of the desk that asks */
  readonly desk: string
  readonly heard: readonly WallHeard[]
  /** latest first */
  readonly steps: readonly WallStep[]
}

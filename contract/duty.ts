import { z } from 'zod'
import { dutyPosts, resourceTypes } from './duty-fact.ts'
import type { DutyPost, ResourceStanding, ResourceType, Sheet } from './duty-fact.ts'
import type { Place } from './fact-field.ts'
import { dayMs, dayOf, hourMs, instantOf, minuteMs } from './time.ts'
import type { Day, Instant } from './time.ts'

/** 值班: shifts and who is on them, resources, and what is asked and answered over HTTP. */

const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/
const shiftSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected small letters, digits and hyphens'),
  name: z.string().min(1).max(8),
  nameEn: z.string().min(1).max(40),
  start: z.string().regex(clockTime, 'expected a time of day such as "08:00"'),
  hours: z.number().min(1).max(24),
})

/** config/duty.yaml */
export const dutyRulesSchema = z
  .strictObject({
    shifts: z.array(shiftSchema).min(1).max(12),
    /** after the change of shift, until which both should have signed */
    handOverMinutes: z.int().min(5).max(240).default(30),
  })
  .superRefine(({ shifts }, context) => {
    const starts = shifts.map(({ start }) => minutesOf(start))
    for (const [index, { id, hours }] of shifts.entries()) {
      if (shifts.findIndex((one) => one.id === id) !== index)
        context.addIssue({ code: 'custom', path: ['shifts', index, 'id'], message: `"${id}" stands here twice: ids are used once` })
      const end = ((starts[index] ?? 0) + hours * 60) % 1_440
      if (!starts.includes(end))
        context.addIssue({
          code: 'custom',
          path: ['shifts', index, 'hours'],
          message: `no shift begins when "${id}" ends, at ${clockOf(end)}: the shifts of a day follow each other without a gap`,
        })
    }
    const sum = shifts.reduce((total, { hours }) => total + hours, 0)
    if (sum !== 24) context.addIssue({ code: 'custom', path: ['shifts'], message: `they are ${String(sum)} hours long together, expected 24` })
  })
export type DutyRules = z.infer<typeof dutyRulesSchema>

const minutesOf = (start: string): number => Number(start.slice(0, 2)) * 60 + Number(start.slice(3))
const clockOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(Math.round(part)).padStart(2, '0')).join(':')

/** One shift of one day. */
export interface ShiftSpan {
  /** `2026-11-24/night` */
  readonly id: string
  /** that it begins on */
  readonly day: Day
  readonly shift: string
  readonly name: string
  readonly nameEn: string
  readonly from: Instant
  readonly to: Instant
}

export const shiftId = (day: Day, shift: string): string => `${day}/${shift}`

/** All shifts that begin on the days from the one before `from` to that of `to`, in order. Pure; of districts in any zone. */
export function shiftsBetween({ shifts }: DutyRules, zone: string, [from, to]: readonly [Instant, Instant]): readonly ShiftSpan[] {
  const days = new Set<Day>()
  for (let at = from - dayMs; at < to + dayMs; at += dayMs) days.add(dayOf(at, zone))
  return [...days]
    .flatMap((day) => shifts.map((shift) => spanOf(shift, day, zone)))
    .filter((span) => span.to > from && span.from <= to)
    .sort((one, other) => one.from - other.from)
}

function spanOf({ id, name, nameEn, start, hours }: DutyRules['shifts'][number], day: Day, zone: string): ShiftSpan {
  const [year, month, date] = day.split('-').map(Number)
  const minutes = minutesOf(start)
  const local = { year: year ?? 0, month: month ?? 1, day: date ?? 1, hour: Math.floor(minutes / 60), minute: minutes % 60, second: 0 }
  const from = instantOf(local, zone)
  return { id: shiftId(day, id), day, shift: id, name, nameEn, from, to: from + hours * hourMs }
}

/** Somebody on a shift, as screens see it: no telephone. */
export interface OnDuty {
  readonly post: DutyPost
  readonly name: string
  readonly unit: string | undefined
  /** 换班: whose place it was */
  readonly insteadOf: string | undefined
}

/** 值班: the shifts from a day ago to two days ahead, those without a roster among them. */
export interface DutyShift extends ShiftSpan {
  /** by post, and as the roster has them; empty where nobody is rostered */
  readonly people: readonly OnDuty[]
  /** the hand-over at its end; undefined before somebody has signed */
  readonly handover: Handover | undefined
}

export interface Handover {
  readonly givenAt: Instant
  readonly givenBy: string
  readonly taken: { readonly at: Instant; readonly by: string } | undefined
}

export const shiftAt = (shifts: Iterable<DutyShift>, at: Instant): DutyShift | undefined => [...shifts].find(({ from, to }) => from <= at && at < to)
export const shiftAfter = (shifts: Iterable<DutyShift>, { to }: DutyShift): DutyShift | undefined => [...shifts].find(({ from }) => from === to)
const shiftBefore = (shifts: Iterable<DutyShift>, { from }: DutyShift): DutyShift | undefined => [...shifts].find(({ to }) => to === from)

/** 交接班: within an hour of its end a shift is handed over; before that the one that has ended is. */
export function shiftToHandOver(shifts: readonly DutyShift[], now: Instant): DutyShift | undefined {
  const current = shiftAt(shifts, now)
  if (current === undefined) return undefined
  const before = shiftBefore(shifts, current)
  const isNearEnd = now >= current.to - hourMs
  return isNearEnd || before === undefined || before.handover?.taken !== undefined ? current : before
}

/** The shift that has ended and was not signed by both in time; undefined where all is well, and where nobody was rostered. */
export function lateHandover(shifts: readonly DutyShift[], now: Instant, minutes: number): DutyShift | undefined {
  const current = shiftAt(shifts, now)
  const ended = current && shiftBefore(shifts, current)
  if (current === undefined || ended === undefined || ended.people.length === 0 || ended.handover?.taken !== undefined) return undefined
  return now > current.from + minutes * minuteMs ? ended : undefined
}

/** 力量: a vehicle, a team or an officer that the desk can send. */
export interface Resource {
  readonly id: string
  readonly type: ResourceType
  readonly name: string
  readonly unit: string | undefined
  readonly place: Place | undefined
  readonly standing: ResourceStanding
  readonly since: Instant
  /** who moved it last: somebody at the desk, or nobody where its incident was closed */
  readonly by: string | undefined
}

/** Whether it is out for an incident. */
export const incidentOf = ({ standing }: Pick<Resource, 'standing'>): string | undefined => ('incident' in standing ? standing.incident : undefined)

/**
 * Addresses, all of the role desk. Problems are answered as everywhere; 409 tells who did what meanwhile.
 * GET  /api/duty?district=                                   DutyAnswer: who is on duty now and next, with telephones
 * POST /api/duty/roster?district=&command=&file=  the file   RosterAnswer; signed. With mistakes nothing is recorded
 * POST /api/duty/swaps                 SwapRequest           DutyRecorded; signed
 * POST /api/resources                  ResourceRequest       DutyRecorded; signed
 * GET  /api/handovers/sheet?district=                        SheetAnswer: as it would be written now
 * POST /api/handovers                  HandoverRequest       DutyRecorded; signed
 * GET  /api/handovers/:day/:shift?district=                  SheetAnswer: as it was signed; .docx with `&as=docx`
 */
export interface Reachable extends OnDuty {
  readonly phone: string | undefined
}
export interface DutyAnswer {
  /** of the day before, today and the two days to come */
  readonly shifts: readonly (Omit<DutyShift, 'people'> & { readonly people: readonly Reachable[] })[]
}

/** A mistake of a roster, with its place: both undefined where the file as a whole is wrong. */
export interface RosterMistake {
  /** as a spreadsheet counts, from 1 */
  readonly row: number | undefined
  readonly column: string | undefined
  /** found …, expected … */
  readonly problem: string
}
export interface RosterAnswer {
  readonly days: readonly Day[]
  readonly placements: number
  /** with any of these nothing was recorded */
  readonly mistakes: readonly RosterMistake[]
}

export interface SheetAnswer {
  readonly shift: ShiftSpan | undefined
  readonly sheet: Sheet
  readonly note: string
  readonly handover: Handover | undefined
}

const line = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u
const words = (least: number, most: number, what: string) => {
  const expected = `expected ${what} of ${String(least)} to ${String(most)} characters, in one line`
  return z.string(expected).trim().min(least, expected).max(most, expected).regex(line, expected)
}
const asked = {
  command: z.uuid('expected a UUID, made when somebody presses and sent again as it is'),
  district: words(1, 128, 'the id of a district'),
}
/** Names and units stand on walls, where no telephone may. */
const named = (most: number, what: string) =>
  words(1, most, what).refine((text) => !/\d{7}/.test(text), `expected ${what}, without a telephone number`)
const ofShift = { day: z.string().regex(/^\d{4}-\d\d-\d\d$/, 'expected a day such as 2026-11-24'), shift: words(1, 40, 'the id of a shift') }
const phone = z
  .string()
  .trim()
  .regex(/^[\d+\-() ,转]{3,40}$/, 'expected a telephone number')

export const swapRequestSchema = z.strictObject({
  ...asked,
  ...ofShift,
  post: z.enum(dutyPosts),
  from: words(1, 40, 'a name'),
  to: z.strictObject({ name: named(40, 'a name'), unit: named(60, 'a unit').optional(), phone: phone.optional() }),
  reason: words(2, 200, 'a reason'),
})
export type SwapRequest = z.infer<typeof swapRequestSchema>

const resource = words(1, 128, 'the id of a resource')
export const resourceRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({
    ...asked,
    step: z.literal('registered'),
    /** left out, a new one is named; of a vehicle the id of its positions */
    id: resource.optional(),
    type: z.enum(resourceTypes),
    name: named(40, 'a name'),
    unit: named(60, 'a unit').optional(),
    place: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).optional(),
  }),
  /** `seen`: since when it stood as it was shown; where it was moved since, 409 tells it */
  z.strictObject({
    ...asked,
    step: z.literal('moved'),
    id: resource,
    seen: z.int().min(0).optional(),
    to: z.discriminatedUnion('status', [
      z.strictObject({ status: z.enum(['assigned', 'on-scene']), incident: words(1, 128, 'the id of an incident') }),
      z.strictObject({ status: z.enum(['available', 'returning', 'out-of-service']), reason: words(2, 200, 'a reason').optional() }),
    ]),
  }),
  z.strictObject({ ...asked, step: z.literal('removed'), id: resource }),
])
export type ResourceRequest = z.infer<typeof resourceRequestSchema>

export const handoverRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ ...asked, ...ofShift, step: z.literal('given'), note: z.string().trim().max(2_000, 'expected 2,000 characters at most') }),
  z.strictObject({ ...asked, ...ofShift, step: z.literal('taken'), givenAt: z.int().min(0) }),
])
export type HandoverRequest = z.infer<typeof handoverRequestSchema>

/** Of a command, and of the same command sent again: what was recorded. */
export interface DutyRecorded {
  readonly command: string
  readonly at: Instant
  readonly by: string
}

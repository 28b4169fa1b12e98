import { z } from 'zod'
import { instantAsked } from './fact-field.ts'
import { incidentLevels, longestOriginId, originKinds } from './incident.ts'
import type { Instant } from './time.ts'

/** 事件处置 over HTTP: what a desk asks for. Each refusal of a shape is told in the words given here. */

const idWords = 'expected an id of 1 to 128 characters'
const id = z.string(idWords).min(1, idWords).max(128, idWords)
const originWords = `expected the id of what it is made of, 1 to ${String(longestOriginId)} characters`
const originId = z.string(originWords).min(1, originWords).max(longestOriginId, originWords)
/** Nothing that would not show as what it is: no line breaks, nothing invisible, nothing that turns what stands beside it. */
const visible = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u
const text = (most: number, what: string) => {
  const expected = `expected ${what} of 1 to ${String(most)} characters, in one line`
  return z.string(expected).trim().min(1, expected).max(most, expected).regex(visible, expected)
}
const title = text(60, 'a title')
const type = text(60, 'a type')
const note = text(500, 'a note')
const level = z.enum(incidentLevels, `expected one of ${incidentLevels.join(', ')}`)
const placeWords = 'expected [longitude, latitude] in degrees, longitude first'
const place = z.tuple(
  [z.number(placeWords).min(-180, placeWords).max(180, placeWords), z.number(placeWords).min(-90, placeWords).max(90, placeWords)],
  placeWords,
)

/** 坐标系 in which a place was written down; what is kept is WGS-84. */
export const datums = ['wgs84', 'gcj02', 'bd09'] as const
export type Datum = (typeof datums)[number]
const datum = z.enum(datums, `expected one of ${datums.join(', ')}`).default('wgs84')

const where = { place: place.optional(), datum, subdistrict: id.optional() }
/** made by the desk, the same when it asks again because no answer came */
const command = id
const district = id

/** POST /api/incidents */
export const openIncidentSchema = z.strictObject({
  command,
  district,
  origin: z.strictObject({ kind: z.enum(originKinds, `expected one of ${originKinds.join(', ')}`), id: originId.optional() }),
  title,
  type: type.optional(),
  level: level.optional(),
  ...where,
  note: note.optional(),
})
export type OpenIncident = z.input<typeof openIncidentSchema>

const step = { plan: id, step: z.int('expected the number of the step, from 0').min(0).max(99) }
const dueAt = instantAsked()

const act = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('classified'), title: title.optional(), type: type.optional(), level: level.optional(), ...where }),
  z.strictObject({ what: z.literal('confirmed'), note: note.optional() }),
  z.strictObject({ what: z.literal('noted'), note }),
  z.strictObject({ what: z.literal('merged'), into: id }),
  z.strictObject({ what: z.literal('split') }),
  z.strictObject({ what: z.literal('plan-started'), plan: id }),
  z.strictObject({ what: z.literal('step-done'), ...step, note: note.optional() }),
  z.strictObject({ what: z.literal('step-skipped'), ...step, reason: text(500, 'the reason why the step is left out') }),
  z.strictObject({ what: z.literal('step-undone'), ...step }),
  /** what is left out is as the plan's step has it */
  z.strictObject({
    what: z.literal('order-wanted'),
    ...step,
    lead: id.optional(),
    text: text(200, 'what is to be done').optional(),
    dueAt: dueAt.optional(),
  }),
  z.strictObject({ what: z.literal('closed'), result: text(500, 'a result') }),
  z.strictObject({ what: z.literal('reopened'), reason: text(500, 'the reason why it goes on') }),
])

/** POST /api/incidents/:id/steps */
export const incidentStepSchema = z.strictObject({
  command,
  district,
  /** how many lines of the incident whoever decides had seen */
  seen: z.int('expected the number of lines seen').min(0).max(100_000),
  act,
})
export type IncidentStepRequest = z.infer<typeof incidentStepSchema>
export type AskedAct = z.infer<typeof act>
/** As a desk writes it: the datum may be left out. */
export type IncidentStepAsked = z.input<typeof incidentStepSchema>

/** The answer to both: what was recorded, by whom. To a command that was recorded before, what was recorded then. */
export interface IncidentAnswer {
  readonly id: string
  readonly at: Instant
  readonly by: string
}

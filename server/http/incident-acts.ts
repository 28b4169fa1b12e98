import type { Configuration, District } from '../../contract/configuration.ts'
import type { Place } from '../../contract/fact-field.ts'
import type { AskedAct, Datum } from '../../contract/incident-command.ts'
import type { Incident, IncidentAct, IncidentActOf } from '../../contract/incident.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { bd09ToWgs84, gcj02ToWgs84 } from '../core/coordinates.ts'
import { quote, similarTo } from '../core/foreign-words.ts'
import { beginning, maskText } from '../core/masking.ts'
import { draftOf } from './incident-orders.ts'
import { ProblemError } from './problem.ts'

/** What is recorded of what a desk asked for: personal data masked, places in WGS-84, a plan with the steps that it has today. */

export interface ActSetting {
  readonly configuration: Pick<Configuration, 'plans' | 'units'>
  readonly district: District
  readonly incident: Incident
  readonly now: Instant
}

const longestWords = 500

/** Words as they may stand on a wall and in the log. */
export const plainWords = (text: string): string => beginning(maskText(text), longestWords)
export const maybePlain = (text: string | undefined): string | undefined => (text === undefined ? undefined : plainWords(text))

/** @throws ProblemError for a place outside of the district, and for a subdistrict, a plan or a unit that it does not have */
export function actOf(asked: AskedAct, setting: ActSetting): IncidentAct {
  return 'plan' in asked ? planActOf(asked, setting) : courseActOf(asked, setting)
}

type PlanAct = Extract<AskedAct, { readonly plan: string }>

function courseActOf(asked: Exclude<AskedAct, PlanAct>, setting: ActSetting): IncidentAct {
  switch (asked.what) {
    case 'classified': {
      const { title, type, level } = asked
      return {
        what: asked.what,
        ...said({ title: maybePlain(title), type: maybePlain(type), level }),
        ...whereOf(asked, setting.district),
      }
    }
    case 'confirmed':
      return { what: asked.what, ...noteOf(asked.note) }
    case 'noted':
      return { what: asked.what, note: plainWords(asked.note) }
    case 'closed':
      return { what: asked.what, result: plainWords(asked.result) }
    case 'reopened':
      return { what: asked.what, reason: plainWords(asked.reason) }
    case 'merged':
      return asked
    case 'split':
      return { what: asked.what, from: setting.incident.mergedInto ?? '' }
  }
}

function planActOf(asked: PlanAct, setting: ActSetting): IncidentAct {
  switch (asked.what) {
    case 'plan-started':
      return startOf(asked.plan, setting)
    case 'step-done':
      return { what: asked.what, plan: asked.plan, step: asked.step, ...noteOf(asked.note) }
    case 'step-skipped':
      return { ...asked, reason: plainWords(asked.reason) }
    case 'step-undone':
      return asked
    case 'order-wanted':
      return orderOf(asked, setting)
  }
}

function startOf(id: string, { configuration, district, now }: ActSetting): IncidentActOf<'plan-started'> {
  const plans = configuration.plans.filter((plan) => plan.district === district.id)
  const plan = plans.find((one) => one.id === id)
  if (plan === undefined) {
    const known = plans.map((one) => one.id)
    throw new ProblemError(
      'not-found',
      `act.plan: ${quote(id)} is not in config/plans of this district${similarTo(id, known)}; choose one of those offered`,
    )
  }
  const unitIds = new Map(configuration.units.flatMap((unit) => (unit.district === district.id ? [[unit.shortName, unit.id] as const] : [])))
  return {
    what: 'plan-started',
    plan: plan.id,
    name: plan.name,
    steps: plan.steps.map(({ text, unit, dueMinutes, order }) => ({
      text,
      ...said({
        unit: unit === undefined ? undefined : unitIds.get(unit),
        dueAt: dueMinutes === undefined ? undefined : now + dueMinutes * minuteMs,
      }),
      asksOrder: order,
    })),
  }
}

function orderOf(asked: Extract<AskedAct, { readonly what: 'order-wanted' }>, { configuration, district, incident, now }: ActSetting): IncidentAct {
  const { plan, step: number, lead, dueAt } = asked
  const step = incident.plan?.steps[number]
  if (step === undefined) throw new ProblemError('not-found', 'act.step: the plan has no such step')
  const units = configuration.units.filter((unit) => unit.district === district.id).map(({ id }) => id)
  if (lead !== undefined && !units.includes(lead))
    throw new ProblemError('bad-request', `act.lead: ${quote(lead)} is no unit of this district in config/units.yaml${similarTo(lead, units)}`)
  if (dueAt !== undefined && dueAt <= now) throw new ProblemError('bad-request', 'act.dueAt: lies in the past; give a later one, or leave it out')
  const draft = draftOf(incident, step, { ...asked, text: maybePlain(asked.text) })
  return { what: 'order-wanted', plan, step: number, order: draft }
}

export interface Whereabouts {
  readonly place?: Place | undefined
  readonly datum: Datum
  readonly subdistrict?: string | undefined
}

/** @throws ProblemError for a place outside of the district's map, and for a subdistrict that is not one of its own */
export function whereOf({ place, datum, subdistrict }: Whereabouts, district: District): { readonly place?: Place; readonly subdistrict?: string } {
  const codes = district.subdistricts.map(({ code }) => code)
  if (subdistrict !== undefined && !codes.includes(subdistrict))
    throw new ProblemError(
      'bad-request',
      `subdistrict: ${quote(subdistrict)} is none of ${district.name}${similarTo(subdistrict, codes)}; give its code`,
    )
  const at = place === undefined ? undefined : rounded(toWgs84[datum](place))
  if (at !== undefined) refuseOutside(at, district)
  return said({ place: at, subdistrict })
}

const toWgs84: Readonly<Record<Datum, (place: Place) => Place>> = { wgs84: (place) => place, gcj02: gcj02ToWgs84, bd09: bd09ToWgs84 }

/** To a decimetre: nobody points more precisely. */
const rounded = ([longitude, latitude]: Place): Place => [Number(longitude.toFixed(6)), Number(latitude.toFixed(6))]

/** What lies outside of the map can be seen on none. */
function refuseOutside([longitude, latitude]: Place, { name, map: { bounds } }: District): void {
  const [west, south, east, north] = bounds
  if (longitude >= west && longitude <= east && latitude >= south && latitude <= north) return
  const isSwapped = latitude >= west && latitude <= east && longitude >= south && longitude <= north
  const cure = isSwapped ? 'longitude stands first: the two seem to be swapped' : 'check the figures and the datum they were read in'
  const range = `${String(west)} to ${String(east)} east, ${String(south)} to ${String(north)} north`
  throw new ProblemError('bad-request', `place: ${String(longitude)}, ${String(latitude)} lies outside ${name} (${range}); ${cure}`)
}

const noteOf = (note: string | undefined): { readonly note?: string } => said({ note: maybePlain(note) })

/** Without what is not said: a closed shape has no fields that are undefined. */
export function said<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  // as: what is undefined was left out
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>
  }
}

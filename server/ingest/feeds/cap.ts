import { z } from 'zod'
import type { Place } from '../../../contract/fact-field.ts'
import type { WarningFact, WarningLevel } from '../../../contract/fact.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { readInstant } from './upstream-instant.ts'
import { noteText, titleText } from './upstream-text.ts'
import { roundTo } from './upstream-place.ts'
import { levelInWords, levelOfSeverity } from './warning-level.ts'

const text = z.string()
const place = z.tuple([z.number(), z.number()])
const named = z.looseObject({ name: text, value: text })

const area = z.looseObject({
  polygons: z.array(z.array(place)).default([]),
  circles: z.array(z.looseObject({ place, radiusKm: z.number() })).default([]),
  geocodes: z.array(named).default([]),
})

const info = z.looseObject({
  language: text.optional(),
  event: text.optional(),
  severity: text.optional(),
  effective: text.optional(),
  onset: text.optional(),
  expires: text.optional(),
  senderName: text.optional(),
  headline: text.optional(),
  description: text.optional(),
  parameters: z.array(named).default([]),
  areas: z.array(area).default([]),
})

/** What the codec `cap` makes of an alert. */
const message = z.looseObject({
  identifier: z.string().min(1).max(128),
  sender: text.optional(),
  senderCode: text.optional(),
  sent: text,
  status: text,
  msgType: text,
  note: text.optional(),
  references: z.array(z.string().min(1).max(128)).default([]),
  infos: z.array(info).default([]),
})
type Alert = z.infer<typeof message>
type Info = z.infer<typeof info>

/** 首次 更新 解除; undefined: an answer between systems, which warns of nothing */
const actions: Readonly<Record<string, WarningFact['action'] | undefined>> = {
  alert: 'issue',
  update: 'update',
  cancel: 'cancel',
  ack: undefined,
  error: undefined,
}

function actionOf(msgType: string): WarningFact['action'] | undefined {
  const key = msgType.toLowerCase()
  if (Object.hasOwn(actions, key)) return actions[key]
  throw new MapError('unknown-value', `msgType: ${JSON.stringify(msgType.slice(0, 40))} is not one of Alert, Update, Cancel, Ack, Error`)
}

/** Actual is the only status that concerns the public; the others are words between systems. */
const statuses: ReadonlySet<string> = new Set(['actual', 'exercise', 'test', 'system', 'draft'])

function isActual(status: string): boolean {
  const key = status.toLowerCase()
  if (statuses.has(key)) return key === 'actual'
  throw new MapError('unknown-value', `status: ${JSON.stringify(status.slice(0, 40))} is not one of Actual, Exercise, Test, System, Draft`)
}

/** Of an alert in several languages the Chinese one, else the first; what is about other areas of the same language goes with it. */
function infosOf(alert: Alert): readonly Info[] {
  const chosen = alert.infos.find(({ language }) => /^zh/i.test(language ?? '')) ?? alert.infos[0]
  return alert.infos.filter(({ language }) => language === chosen?.language)
}

const order: readonly WarningLevel[] = ['red', 'orange', 'yellow', 'blue']
const levelParameter = /colou?r|level|颜色|级别|等级/i

/** A colour counts wherever it stands: the national format writes it in `severity`, others in a parameter or the headline. */
function levelOf({ severity = '', parameters, headline = '' }: Info): WarningLevel | undefined {
  const told = parameters.filter(({ name }) => levelParameter.test(name)).map(({ value }) => levelInWords(value))
  return levelInWords(severity) ?? told.find((level) => level !== undefined) ?? levelInWords(headline) ?? levelOfSeverity(severity)
}

/** 大风 in 发布大风蓝色预警: the national format names events by a code alone. */
const eventInHeadline = /(?:发布|变更为?|更新|升级为?|降为|解除)(\p{Script=Han}{2,12}?)(?:[红橙黄蓝]色)?预警/u

const eventOf = ({ event, headline = '' }: Info): string | undefined => event ?? eventInHeadline.exec(headline)?.[1]

/** The national format writes into `senderName` who signed it: a person. Its `sender` is the office; of CAP it is the other way round. */
const issuerOf = (alert: Alert, info: Info | undefined): string | undefined =>
  alert.senderCode === undefined ? (info?.senderName ?? alert.sender) : alert.sender

/** Codes of GB/T 2260 with 6 or 9 digits where the rest is zeros, as districts and subdistricts are called here; others as they are. */
const areaCode = (code: string): string => (/^\d{12}$/.test(code) ? code.replace(/^(\d{6})(?:0{6}|(\d{3})0{3})$/, '$1$2') : code).slice(0, 128)

const mostAreas = 200
const mostPolygons = 20
const mostCorners = 200

/** A ring that is longer than a fact may be keeps every so manieth corner: an outline on a wall needs no more. */
function thinned(ring: readonly Place[]): readonly Place[] {
  const step = Math.ceil(ring.length / mostCorners)
  return (step === 1 ? ring : ring.filter((_, index) => index % step === 0)).map((corner) => roundTo(corner, 5))
}

const kmPerDegree = 111.32

/** A circle as a ring of 24 corners. */
function ringOf([longitude, latitude]: Place, radiusKm: number): readonly Place[] {
  const north = radiusKm / kmPerDegree
  const east = north / Math.max(0.01, Math.cos((latitude * Math.PI) / 180))
  return Array.from({ length: 24 }, (_, corner) => {
    const angle = (corner * Math.PI) / 12
    return roundTo([longitude + east * Math.sin(angle), latitude + north * Math.cos(angle)], 5)
  })
}

const isOnEarth = (ring: readonly Place[]): boolean => ring.every(([x, y]) => Math.abs(x) <= 180 && Math.abs(y) <= 90)

function extentOf(infos: readonly Info[]): Pick<WarningFact, 'areas' | 'polygons'> {
  const areas = infos.flatMap((each) => each.areas)
  const codes = [...new Set(areas.flatMap(({ geocodes }) => geocodes.map(({ value }) => areaCode(value))))].slice(0, mostAreas)
  const outlines = areas.flatMap(({ polygons }) => polygons.filter((ring) => ring.length >= 3).map(thinned))
  // a circle without a radius is a point, and outlines nothing
  const circles = areas.flatMap(({ circles: each }) => each.filter(({ radiusKm }) => radiusKm > 0).map((one) => ringOf(one.place, one.radiusKm)))
  const polygons = [...outlines, ...circles].filter(isOnEarth).slice(0, mostPolygons)
  return {
    ...(codes.length === 0 ? {} : { areas: codes }),
    ...(polygons.length === 0 ? {} : { polygons: polygons.map((ring) => [...ring]) }),
  }
}

/** Instants of an info; one that is empty is absent. */
function instantsOf(info: Info | undefined, zone: string): Pick<WarningFact, 'onsetAt' | 'expiresAt'> {
  const onset = info?.onset ?? info?.effective
  return {
    ...(onset === undefined ? {} : { onsetAt: readInstant(onset, info?.onset === undefined ? 'effective' : 'onset', zone) }),
    ...(info?.expires === undefined ? {} : { expiresAt: readInstant(info.expires, 'expires', zone) }),
  }
}

function present<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [Name in Key]?: Value } {
  // a computed key of a generic name is not known to be that name
  return value === undefined || value === '' ? {} : ({ [key]: value } as { readonly [Name in Key]?: Value })
}

function warning(alert: Alert, action: WarningFact['action'], zone: string): Record<string, unknown> {
  const infos = infosOf(alert)
  const [first] = infos
  const levels = infos.map(levelOf)
  const note = first?.description ?? alert.note
  return {
    kind: 'warning',
    id: alert.identifier,
    at: readInstant(alert.sent, 'sent', zone),
    action,
    ...present('references', alert.references.length === 0 ? undefined : [...new Set(alert.references)].slice(0, 50)),
    ...present(
      'level',
      order.find((level) => levels.includes(level)),
    ),
    ...present('type', first && titleText(eventOf(first) ?? '')),
    ...present('title', titleText(first?.headline ?? '')),
    ...present('issuer', titleText(issuerOf(alert, first) ?? '')),
    ...present('note', note && noteText(note)),
    ...instantsOf(first, zone),
    ...extentOf(infos),
  }
}

function map(alert: Alert, { feed }: DialectContext): readonly unknown[] {
  const action = actionOf(alert.msgType)
  if (!isActual(alert.status) || action === undefined) return []
  if (action !== 'issue' && alert.references.length === 0) {
    const cure = 'name the identifiers that it replaces or lifts'
    throw new MapError('bad-shape', `references: empty, though msgType is ${JSON.stringify(alert.msgType)}; ${cure}`)
  }
  return [warning(alert, action, feed.zone)]
}

/** Warnings of CAP 1.2 and GB/T 35965.1 as the codec `cap` reads them. Tests, exercises and drafts give no fact. */
export const cap: Dialect = {
  name: 'cap',
  carries: ['warning'],
  message,
  map(given, context) {
    // `given` is what `message` made of it: the runner parses before it maps
    return map(given as Alert, context)
  },
}

import { z } from 'zod'
import type { IncidentStage, Place, Priority, WorkOrderStage } from '../../../contract/fact.ts'
import { gcj02ToWgs84 } from '../../core/coordinates.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { noteText, titleText } from './upstream-text.ts'
import { readPlace, roundTo, roundToBlock } from './upstream-place.ts'
import { readLocalTime } from './upstream-time.ts'

/** 12345 热线平台. Its caller's name, phone, ID number and words are never read: what we do not take cannot leak. */

const text = z.string().min(1).max(200)
const coordinate = z.union([z.number(), z.string().max(40), z.null()]).optional()

const common = {
  eventTime: text,
  limitTime: z.string().max(40).nullish(),
  dealUnitName: z.string().max(100).nullish(),
  areaCode: z.string().max(20).nullish(),
  lon: coordinate,
  lat: coordinate,
}

const orderMessage = z.looseObject({
  msgType: z.literal('ORDER'),
  orderNo: z.string().min(1).max(64),
  eventType: text,
  sourceCode: text,
  className: text,
  address: z.string().nullish(),
  ...common,
})

const incidentMessage = z.looseObject({
  msgType: z.literal('INCIDENT'),
  incidentNo: z.string().min(1).max(64),
  eventType: text,
  level: z.union([z.string(), z.number()]).optional(),
  incidentName: z.string().min(1),
  typeName: text,
  remark: z.string().nullish(),
  ...common,
})

/** Sent when nothing else is: says that the platform is there. */
const heartbeatMessage = z.looseObject({ msgType: z.literal('HEARTBEAT'), sendTime: text })

const message = z.discriminatedUnion('msgType', [orderMessage, incidentMessage, heartbeatMessage])
type OrderMessage = z.infer<typeof orderMessage>
type IncidentMessage = z.infer<typeof incidentMessage>

/** 受理 派发 签收 退回 办结 结案 作废 转出 */
const orderStages: Readonly<Record<string, WorkOrderStage>> = {
  ACCEPT: 'received',
  DISPATCH: 'dispatched',
  SIGN: 'accepted',
  RETURN: 'returned',
  FEEDBACK: 'resolved',
  FINISH: 'closed',
  CANCEL: 'cancelled',
  TRANSFER: 'referred',
}

/** 接报 核实 派遣 处置 结案 */
const incidentStageNames: Readonly<Record<string, IncidentStage>> = {
  REPORT: 'reported',
  VERIFY: 'confirmed',
  DISPATCH: 'dispatched',
  HANDLE: 'in-progress',
  CLOSE: 'closed',
}

const priorityLevels: Readonly<Record<string, Priority>> = { '1': 'urgent', '2': 'important', '3': 'normal', '4': 'notice' }

/** 12345热线 领导留言板 中国政府网 陇商通 差评 质检 */
const channelCodes: Readonly<Record<string, string>> = {
  '12345': 'hotline-12345',
  LDLYB: 'leader-board',
  ZGZFW: 'gov-cn-message',
  LST: 'longshangtong',
  CP: 'negative-review',
  ZJ: 'quality-check',
}

function look<T>(table: Readonly<Record<string, T>>, key: string, field: string): T {
  const found = Object.hasOwn(table, key) ? table[key] : undefined
  if (found !== undefined) return found
  throw new MapError('unknown-value', `${field}: ${JSON.stringify(key.slice(0, 40))} is not one of ${Object.keys(table).join(', ')}`)
}

function orderFact(order: OrderMessage, context: DialectContext): unknown {
  const type = titleText(order.className)
  return {
    kind: 'work-order',
    id: order.orderNo,
    stage: look(orderStages, order.eventType, 'eventType'),
    channel: look(channelCodes, order.sourceCode, 'sourceCode'),
    title: titleText([streetOf(order.address ?? ''), type].filter((part) => part !== '').join(' ')),
    type,
    ...commonParts(order, context, roundToBlock),
  }
}

function incidentFact(incident: IncidentMessage, context: DialectContext): unknown {
  return {
    kind: 'incident',
    id: incident.incidentNo,
    stage: look(incidentStageNames, incident.eventType, 'eventType'),
    ...(incident.level === undefined ? {} : { priority: look(priorityLevels, String(incident.level), 'level') }),
    title: titleText(incident.incidentName),
    type: titleText(incident.typeName),
    ...(incident.remark ? { note: noteText(incident.remark) } : {}),
    // an incident lies in a street and is driven to: it keeps its place, to the decimetre
    ...commonParts(incident, context, (place) => roundTo(place, 6)),
  }
}

function commonParts(given: OrderMessage | IncidentMessage, { feed, registry }: DialectContext, blur: (place: Place) => Place): object {
  const shifted = readPlace(given.lon, given.lat, ['lon', 'lat'])
  const subdistrict = subdistrictOf(given.areaCode ?? '', registry.districts.get(feed.district)?.subdistricts ?? [])
  const unit = given.dealUnitName ? unitId(given.dealUnitName, { feed, registry }) : undefined
  return {
    at: readLocalTime(given.eventTime, 'eventTime', feed.zone, 'year-first'),
    ...(unit === undefined ? {} : { unit }),
    ...(subdistrict === undefined ? {} : { subdistrict }),
    ...(shifted === undefined ? {} : { place: blur(gcj02ToWgs84(shifted)) }),
    ...(given.limitTime ? { dueAt: readLocalTime(given.limitTime, 'limitTime', feed.zone, 'year-first') } : {}),
  }
}

/** A unit of ours by its name or short name, else the upstream's own name: an order is not lost because its unit is new. */
function unitId(name: string, { feed, registry }: Pick<DialectContext, 'feed' | 'registry'>): string {
  for (const unit of registry.units.values()) if (unit.district === feed.district && (unit.name === name || unit.shortName === name)) return unit.id
  return titleText(name)
}

/** Area codes have 9 digits for a town and 12 for a village in it; one that is not of this district says nothing here. */
function subdistrictOf(code: string, subdistricts: readonly { readonly code: string }[]): string | undefined {
  return subdistricts.find((subdistrict) => code.startsWith(subdistrict.code))?.code
}

/** 街道, 镇, 乡 before the street: the subdistrict says it already. */
const townPrefix = /^\p{Script=Han}{2,12}?(?:街道(?:办事处)?|镇|乡|管理委员会)/u
/** Four characters at most before the word for a street: whoever writes a name in front of it is not carried along. */
const street = /^\p{Script=Han}{1,4}(?:大道|步行街|路|街|巷|桥|广场|花园|小区|家属院|社区|村|公园|市场|景区)/u

/** The street or village of an address, without what leads to a door; empty when none is seen. */
function streetOf(address: string): string {
  return street.exec(address.slice(0, 100).replace(townPrefix, ''))?.[0] ?? ''
}

/** Messages of the 12345 hotline platform: orders of six channels, incidents, heartbeats. Coordinates are GCJ-02, times local. */
export const hotline: Dialect = {
  name: 'hotline',
  carries: ['work-order', 'incident'],
  message,
  map(given, context) {
    // `given` is what `message` made of it: the runner parses before it maps
    const parsed = given as z.infer<typeof message>
    switch (parsed.msgType) {
      case 'ORDER':
        return [orderFact(parsed, context)]
      case 'INCIDENT':
        return [incidentFact(parsed, context)]
      case 'HEARTBEAT':
        return []
    }
  },
}

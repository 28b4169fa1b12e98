import { z } from 'zod'
import type { Rating, WorkOrderFact, WorkOrderStage } from '../../../contract/fact.ts'
import type { IncidentStage, Priority } from '../../../contract/incident.ts'
import type { Place } from '../../../contract/fact-field.ts'
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
  /** only sorts an order: whatever else stands here, the order counts */
  orderKind: z.unknown().optional(),
  /** with DELAY_APPLY and DELAY_OK */
  delayTo: z.string().max(40).nullish(),
  /** with VISIT */
  visitResult: z.string().max(20).nullish(),
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

/** What an event says of the order, beside what every message says. */
type EventPart = (order: OrderMessage, zone: string) => Pick<WorkOrderFact, 'stage' | 'extension' | 'rating'>

const reached =
  (stage: WorkOrderStage): EventPart =>
  () => ({ stage })

type ExtensionState = NonNullable<WorkOrderFact['extension']>['state']

const extension =
  (state: ExtensionState): EventPart =>
  ({ delayTo }, zone) => ({ extension: { state, ...(delayTo ? { until: readLocalTime(delayTo, 'delayTo', zone, 'year-first') } : {}) } })

/** 受理 派发 签收 回复进展 退回 办理完毕 办结 结案 作废 转出, 申请延期 同意 驳回, 回访 */
const orderEvents: Readonly<Record<string, EventPart>> = {
  ACCEPT: reached('received'),
  DISPATCH: reached('dispatched'),
  SIGN: reached('accepted'),
  INTERIM: reached('interim'),
  RETURN: reached('returned'),
  HANDLE: reached('handled'),
  FEEDBACK: reached('resolved'),
  FINISH: reached('closed'),
  CANCEL: reached('cancelled'),
  TRANSFER: reached('referred'),
  DELAY_APPLY: extension('asked'),
  DELAY_OK: extension('granted'),
  DELAY_REFUSE: extension('refused'),
  VISIT: ({ visitResult }) => ({ rating: look(visitResults, visitResult ?? '', 'visitResult') }),
}

const visitResults: Readonly<Record<string, Rating>> = {
  满意: 'satisfied',
  基本满意: 'basically-satisfied',
  不满意: 'dissatisfied',
  未联系上: 'unreached',
  拒评: 'declined',
}

/** What the platform calls kinds of requests, and how it sorts them where a channel's limits go by that. */
const orderKinds: Readonly<Record<string, string>> = {
  咨询: 'consultation',
  建议: 'suggestion',
  投诉: 'complaint',
  求助: 'help',
  举报: 'report',
  表扬: 'praise',
}
const difficulties: Readonly<Record<string, string>> = { 简单: 'simple', 一般: 'normal', 复杂: 'complex', 紧急: 'urgent', 重大: 'urgent' }

/** By channel: the classes that its limits know (config/channels.yaml). A kind that is not one of them leaves the class out. */
const classes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'hotline-12345': { ...orderKinds, ...difficulties },
  'leader-board': difficulties,
  'gov-cn-message': orderKinds,
  longshangtong: orderKinds,
  'negative-review': difficulties,
}

/** 咨询类 and 复杂事项 are the same words as 咨询 and 复杂. */
function classOf(channel: string, kind: unknown): string | undefined {
  if (typeof kind !== 'string') return undefined
  const table = classes[channel] ?? {}
  const word = kind
    .slice(0, 40)
    .trim()
    .replace(/(?:类|事项|情况)$/u, '')
  return Object.hasOwn(table, word) ? table[word] : undefined
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
  const channel = look(channelCodes, order.sourceCode, 'sourceCode')
  const kind = classOf(channel, order.orderKind)
  return {
    kind: 'work-order',
    id: order.orderNo,
    ...look(orderEvents, order.eventType, 'eventType')(order, context.feed.zone),
    channel,
    ...(kind === undefined ? {} : { class: kind }),
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

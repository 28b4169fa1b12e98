import { timeText } from '../calendar.ts'
import { toGcj02 } from '../city/gcj02.ts'
import type { IncidentEvent, SimulatedIncident } from './incidents.ts'
import type { OrderEvent } from './life.ts'
import type { Order } from './orders.ts'

/** The dialect of the simulated hotline vendor: capitals for codes, local times, GCJ-02 coordinates, the caller's particulars in every message. */

export function orderMessage(order: Order, event: OrderEvent): object {
  const { caller, town, topic } = order
  return {
    msgType: 'ORDER',
    orderNo: order.no,
    eventType: event.type,
    eventTime: timeText(event.at),
    acceptTime: timeText(order.acceptedAt),
    limitTime: timeText(order.limitAt),
    sourceCode: order.channel.code,
    orderKind: order.kind,
    className: topic.name,
    callerName: caller.name,
    callerPhone: caller.phone,
    address: `${town.name}${order.street}${caller.door}`,
    content: `市民${caller.name}(身份证${caller.idNumber},电话${caller.phone},车牌${caller.plate})来电反映:${town.name}${order.street}${caller.door}${topic.name}问题,请核实处理并回复。`,
    areaCode: town.code,
    dealUnitName: event.unit ?? '',
    ...(event.delayTo === undefined ? {} : { delayTo: timeText(event.delayTo) }),
    ...(event.visitResult === undefined ? {} : { visitResult: event.visitResult }),
    ...coordinates(order.place),
  }
}

export function incidentMessage(incident: SimulatedIncident, event: IncidentEvent): object {
  return {
    msgType: 'INCIDENT',
    incidentNo: incident.no,
    eventType: event.type,
    eventTime: timeText(event.at),
    limitTime: timeText(incident.limitAt),
    incidentName: incident.name,
    typeName: incident.type,
    level: String(incident.level),
    areaCode: incident.town.code,
    dealUnitName: incident.unit,
    remark: event.remark,
    ...coordinates(incident.place),
  }
}

export const heartbeatMessage = (at: number): object => ({ msgType: 'HEARTBEAT', sendTime: timeText(at) })

/** An unknown place is sent as empty text. */
function coordinates(place: readonly [number, number] | undefined): object {
  if (place === undefined) return { lon: '', lat: '' }
  const [lon, lat] = toGcj02(place)
  return { lon: lon.toFixed(6), lat: lat.toFixed(6) }
}

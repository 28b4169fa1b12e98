import { dayMs, dayNumberOf, hourMs, monthOf, startOfDayNumber, timeText } from '../calendar.ts'
import { dice } from '../chance.ts'
import type { City } from '../city/scenario.ts'

/** 预警: what a county's weather office and its neighbours issue, renew and lift in the course of a day. */
export interface Alert {
  readonly identifier: string
  readonly sentAt: number
  readonly status: 'Actual' | 'Test'
  readonly msgType: 'Alert' | 'Update' | 'Cancel'
  readonly references: readonly string[]
  /** 事件类型编码 of GB/T 35965.1 */
  readonly eventType: string
  readonly severity: 'Red' | 'Orange' | 'Yellow' | 'Blue'
  readonly expiresAt: number
  readonly headline: string
  readonly description: string
}

interface Kind {
  readonly name: string
  readonly eventType: string
  readonly severity: Alert['severity']
  readonly level: string
  readonly words: string
  /** hours of the local day: issued, renewed, lifted */
  readonly hours: readonly [number, number, number]
}

const ice: Kind = {
  name: '道路结冰',
  eventType: '11B21',
  severity: 'Yellow',
  level: '黄色',
  words: '我区大部分乡镇出现道路结冰，对交通有影响，请注意防范。',
  hours: [5.6, 8.5, 10.8],
}
const wind: Kind = {
  name: '大风',
  eventType: '11B06',
  severity: 'Blue',
  level: '蓝色',
  words: '我区大部分地区有5级左右偏北风，阵风7级，请注意防范。',
  hours: [12.4, 16.2, 22.6],
}
const thunder: Kind = {
  ...ice,
  name: '雷电',
  eventType: '11B14',
  words: '我区将有雷电活动，局地伴有短时强降水，请注意防范。',
  hours: [14.2, 16.5, 19.5],
}
const rain: Kind = {
  name: '暴雨',
  eventType: '11B03',
  severity: 'Orange',
  level: '橙色',
  words: '我区沿河乡镇3小时降雨量将达50毫米以上，请立即转移低洼地带人员。',
  hours: [13, 16, 20.5],
}

function kindsOf(city: City, day: number): readonly Kind[] {
  const isCold = [11, 12, 1, 2, 3].includes(monthOf(day))
  return [isCold ? ice : thunder, wind, ...(city.scenario === 'storm' && day === city.scenarioDay ? [rain] : [])]
}

const centre = '62080241600000'

function identifierOf(at: number, serial: number): string {
  return `${centre}_${timeText(at).replaceAll(/\D/g, '')}_${String(serial)}`
}

const words: Readonly<Record<Alert['msgType'], string>> = { Alert: '发布', Update: '继续发布', Cancel: '解除' }

function alertsOfKind(kind: Kind, city: City, day: number): readonly Alert[] {
  const late = 20 * 60_000 * dice(city.seed, 'warning', kind.name, day)()
  const instants = kind.hours.map((hour) => Math.floor((startOfDayNumber(day) + hour * hourMs + late) / 1_000) * 1_000)
  const msgTypes = ['Alert', 'Update', 'Cancel'] as const
  return instants.map((sentAt, index): Alert => {
    const msgType = msgTypes[index] ?? 'Alert'
    const before = instants[index - 1]
    return {
      identifier: identifierOf(sentAt, index),
      sentAt,
      status: 'Actual',
      msgType,
      references: before === undefined ? [] : [identifierOf(before, index - 1)],
      eventType: kind.eventType,
      severity: kind.severity,
      expiresAt: sentAt + 12 * hourMs,
      headline: `崆峒区气象台${words[msgType]}${kind.name}${kind.level}预警信号`,
      description: `崆峒区气象台${timeText(sentAt).slice(11, 16)}${words[msgType]}${kind.name}${kind.level}预警信号：${kind.words}联系人：王建军，电话0933-8612121。`,
    }
  })
}

/** Each morning at nine the line is tried out: a message that must never reach a wall. */
function testOf(day: number): Alert {
  const sentAt = startOfDayNumber(day) + 9 * hourMs
  return {
    identifier: identifierOf(sentAt, 9),
    sentAt,
    status: 'Test',
    msgType: 'Alert',
    references: [],
    eventType: '11B01',
    severity: 'Red',
    expiresAt: sentAt + hourMs,
    headline: '崆峒区气象台发布测试红色预警信号',
    description: '预警信息发布系统链路测试，请忽略。',
  }
}

/** Those of yesterday and today that have been sent by now, oldest first. */
export function alertsUntil(city: City, now: number): readonly Alert[] {
  return [now - dayMs, now]
    .map(dayNumberOf)
    .flatMap((day) => [testOf(day), ...kindsOf(city, day).flatMap((kind) => alertsOfKind(kind, city, day))])
    .filter(({ sentAt }) => sentAt <= now)
    .sort((one, other) => one.sentAt - other.sentAt)
}

const zoned = (at: number): string => `${timeText(at)}+08:00`

/** The national format (GB/T 35965.1-2018): who signed it stands in senderName. */
function alertXml(alert: Alert): string {
  return `  <alert>
    <identifier>${alert.identifier}</identifier>
    <sender>崆峒区气象台</sender>
    <senderCode>${centre}</senderCode>
    <sendTime>${zoned(alert.sentAt)}</sendTime>
    <status>${alert.status}</status>
    <msgType>${alert.msgType}</msgType>
    <scope>Public</scope>
    <references>${alert.references.join(' ')}</references>
    <info>
      <language>zh-CN</language>
      <eventType>${alert.eventType}</eventType>
      <urgency>Expected</urgency>
      <severity>${alert.severity}</severity>
      <certainty>Likely</certainty>
      <effective>${zoned(alert.sentAt)}</effective>
      <expires>${zoned(alert.expiresAt)}</expires>
      <senderName>王建军</senderName>
      <headline>${alert.headline}</headline>
      <description>${alert.description}</description>
      <area>
        <areaDesc>崆峒区</areaDesc>
        <geocode>620802000000</geocode>
      </area>
    </info>
  </alert>
`
}

export const alertsXml = (alerts: readonly Alert[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<alerts>\n${alerts.map(alertXml).join('')}</alerts>\n`

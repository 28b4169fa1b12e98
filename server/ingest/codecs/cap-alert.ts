import type { Place } from '../../../contract/fact-field.ts'

/** 预警消息: one alert of CAP 1.2 or of the national format, said in the words of CAP. What was not sent is absent. */
export interface CapAlert {
  readonly identifier: string
  readonly sender?: string
  /** 发布单位编码, of the national format alone */
  readonly senderCode?: string
  readonly sent?: string
  readonly status?: string
  readonly msgType?: string
  readonly scope?: string
  readonly note?: string
  /** identifiers of the alerts that this one replaces or lifts */
  readonly references: readonly string[]
  readonly infos: readonly CapInfo[]
}

export interface CapInfo {
  readonly language?: string
  readonly event?: string
  /** 事件类型编码, of the national format alone: 11B06 */
  readonly eventType?: string
  readonly severity?: string
  readonly urgency?: string
  readonly certainty?: string
  readonly effective?: string
  readonly onset?: string
  readonly expires?: string
  readonly senderName?: string
  readonly headline?: string
  readonly description?: string
  readonly parameters: readonly CapNamed[]
  readonly areas: readonly CapArea[]
}

/** valueName is empty in the national format, whose geocodes are GB/T 2260. */
export interface CapNamed {
  readonly name: string
  readonly value: string
}

export interface CapArea {
  readonly areaDesc?: string
  /** rings of [longitude, latitude]; one with an unreadable pair is left out */
  readonly polygons: readonly (readonly Place[])[]
  readonly circles: readonly { readonly place: Place; readonly radiusKm: number }[]
  readonly geocodes: readonly CapNamed[]
}

/** Elements of which there may be several: the reader gives them as lists. */
export const capLists: ReadonlySet<string> = new Set(['info', 'area', 'polygon', 'circle', 'geocode', 'parameter', 'references'])

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const nodes = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** Text of an element, with or without attributes; undefined where it is empty. */
function textOf(value: unknown): string | undefined {
  const text = isNode(value) ? value['#text'] : value
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined
}

/** Of these elements, those that hold text. */
function texts<Name extends string>(node: Node, names: readonly Name[]): { readonly [Key in Name]?: string } {
  const found: { [Key in Name]?: string } = {}
  for (const name of names) {
    const text = textOf(node[name])
    if (text !== undefined) found[name] = text
  }
  return found
}

/**
 * An alert as `xmlReader` gives it, in one model for both formats: `sendTime` of the national one is `sent`, its plain geocodes and references
 * are lists.
 * @returns undefined when it has no identifier
 */
export function capAlert(value: unknown): CapAlert | undefined {
  if (!isNode(value)) return undefined
  const identifier = textOf(value['identifier'])
  if (identifier === undefined) return undefined
  const sent = textOf(value['sent']) ?? textOf(value['sendTime'])
  return {
    identifier,
    ...texts(value, ['sender', 'senderCode', 'status', 'msgType', 'scope', 'note']),
    ...(sent === undefined ? {} : { sent }),
    references: nodes(value['references']).flatMap(referencesIn),
    infos: nodes(value['info']).filter(isNode).map(info),
  }
}

/** CAP writes `sender,identifier,sent` with spaces between them, the national format identifiers alone. */
function referencesIn(value: unknown): readonly string[] {
  return (textOf(value) ?? '').split(/\s+/).flatMap((group) => {
    const parts = group.split(',').filter((part) => part !== '')
    const identifier = parts[1]
    return parts.length === 3 && identifier !== undefined && /\dT\d/.test(parts[2] ?? '') ? [identifier] : parts
  })
}

const infoTexts = ['language', 'event', 'eventType', 'severity', 'urgency', 'certainty', 'effective', 'onset', 'expires'] as const

function info(node: Node): CapInfo {
  return {
    ...texts(node, [...infoTexts, 'senderName', 'headline', 'description']),
    parameters: nodes(node['parameter']).flatMap(named),
    areas: nodes(node['area']).filter(isNode).map(area),
  }
}

function named(value: unknown): readonly CapNamed[] {
  if (!isNode(value)) return (textOf(value) ?? '').split(/[,，;\s]+/).flatMap((part) => (part === '' ? [] : [{ name: '', value: part }]))
  const found = textOf(value['value'])
  if (found === undefined) return value['#text'] === undefined ? [] : named(value['#text'])
  return [{ name: textOf(value['valueName']) ?? '', value: found }]
}

function area(node: Node): CapArea {
  const geocodes = nodes(node['geocode']).flatMap(named)
  return {
    ...texts(node, ['areaDesc']),
    polygons: nodes(node['polygon']).flatMap(polygon),
    circles: nodes(node['circle']).flatMap(circle),
    // they are sent twice and three times
    geocodes: geocodes.filter(({ name, value }, at) => geocodes.findIndex((other) => other.name === name && other.value === value) === at),
  }
}

/** `latitude,longitude` turned round; undefined when it is none. A first number that can only be a longitude is one. */
function place(pair: string): Place | undefined {
  const [first = NaN, second = NaN, ...more] = pair.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  const [latitude, longitude] = Math.abs(first) > 90 ? [second, first] : [first, second]
  return more.length === 0 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : undefined
}

function polygon(value: unknown): readonly (readonly Place[])[] {
  const pairs = (textOf(value) ?? '').split(/[\s;]+/).filter((pair) => pair !== '')
  const ring = pairs.flatMap((pair) => {
    const found = place(pair)
    return found === undefined ? [] : [found]
  })
  return ring.length === pairs.length && ring.length >= 3 ? [ring] : []
}

function circle(value: unknown): CapArea['circles'] {
  const [pair = '', radius = ''] = (textOf(value) ?? '').split(/\s+/)
  const centre = place(pair)
  const radiusKm = radius === '' ? NaN : Number(radius)
  return centre !== undefined && radiusKm >= 0 ? [{ place: centre, radiusKm }] : []
}

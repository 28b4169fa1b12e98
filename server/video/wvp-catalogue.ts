import { z } from 'zod'
import type { VideoPlatform } from '../../contract/configuration.ts'
import type { Place } from '../../contract/fact-field.ts'
import { cameraName, cameraPlace, numeric } from './camera.ts'
import type { Catalogue, CatalogueItem, RefusedItem } from './provider.ts'

/** What we read of WVP's lists of devices and channels. Password and IPAddress are not among it. */

const text = z
  .string()
  .nullish()
  .transform((given) => (given === null || given === undefined || given.trim() === '' ? undefined : given.trim()))
/** ON, 1 and true, as devices and versions have it; what is not said counts as on, since only opening can tell */
const isOn = z
  .union([z.boolean(), z.number(), z.string()])
  .nullish()
  .transform((given) => (given === null || given === undefined || given === '' ? undefined : /^(on|ok|1|true|online)$/i.test(String(given).trim())))

const deviceSchema = z.object({ deviceId: z.string().min(1), name: text, onLine: isOn, online: isOn })

/** A device of the platform: a camera, a recorder, or a lower platform with thousands of channels. */
export interface WvpDevice {
  readonly id: string
  readonly name: string | undefined
  readonly isOnline: boolean
}

/** Undefined for an entry that names no device. */
export function readDevice(entry: unknown): WvpDevice | undefined {
  const parsed = deviceSchema.safeParse(entry)
  if (!parsed.success) return undefined
  const { deviceId, name, onLine, online } = parsed.data
  return { id: deviceId, name, isOnline: onLine ?? online ?? true }
}

const channelSchema = z.object({
  deviceId: text,
  name: text,
  status: isOn,
  parentId: text,
  businessGroupId: text,
  civilCode: text,
  longitude: numeric,
  latitude: numeric,
  /** versions before 2.7 compute it from what the device says */
  longitudeWgs84: numeric,
  latitudeWgs84: numeric,
  ptzType: numeric,
  directionType: numeric,
})

/**
 * Fields that count over another: before 2.7 a channel's own code stood in channelId, and deviceId was its device's; what begins with gb an
 * operator of the platform has set right.
 */
const over: readonly (readonly [string, string])[] = [
  ['channelId', 'deviceId'],
  ['PTZType', 'ptzType'],
  ['gbName', 'name'],
  ['gbParentId', 'parentId'],
  ['gbBusinessGroupId', 'businessGroupId'],
  ['gbCivilCode', 'civilCode'],
  ['gbLongitude', 'longitude'],
  ['gbLatitude', 'latitude'],
  ['gbPtzType', 'ptzType'],
  ['gbDirectionType', 'directionType'],
]

function settled(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry
  const given = new Map<string, unknown>(Object.entries(entry))
  const said = over.filter(([name]) => Boolean(given.get(name)))
  return { ...entry, ...Object.fromEntries(said.map(([name, other]) => [other, given.get(name)])) }
}

interface Channel {
  readonly id: string
  readonly name: string | undefined
  readonly isOn: boolean
  /** nearest first */
  readonly parents: readonly string[]
  readonly group: string | undefined
  readonly civilCode: string | undefined
  readonly place: Place | undefined
  readonly ptzType: number | undefined
  readonly direction: number | undefined
}

/** 监视方位, DirectionType of GB/T 28181: where the camera looks, degrees from north. */
const headings: Readonly<Record<number, number>> = { 1: 90, 2: 270, 3: 180, 4: 0, 5: 135, 6: 45, 7: 225, 8: 315 }
/** PTZType of GB/T 28181: 1 dome · 4 PTZ bullet · 5 half dome with motors. A plain half dome (2) and a fixed bullet (3) cannot be turned. */
const turning: ReadonlySet<number> = new Set([1, 4, 5])

/**
 * The cameras among one device's channels. Directories, alarm inputs and the like are none; their names are the regions of what lies below
 * them, nearest first, then those of the device, then the civil code and what it lies in.
 */
export function readChannels(device: WvpDevice, entries: readonly unknown[], datum: VideoPlatform['datum']): Catalogue {
  const refused: RefusedItem[] = []
  const channels = new Map<string, Channel>()
  for (const entry of entries) {
    const channel = readChannel(entry, datum)
    if (channel === undefined) refused.push({ detail: 'data.list[]: a channel without a code', raw: withoutSecrets(entry) })
    else if (!channels.has(channel.id)) channels.set(channel.id, channel)
  }
  const parents = new Set([...channels.values()].flatMap((channel) => channel.parents.slice(0, 1)))
  const cameras = [...channels.values()].filter(({ id }) => isCamera(id, parents.has(id)))
  return { items: cameras.map((channel) => itemOf(channel, channels, device)), refused }
}

function readChannel(entry: unknown, datum: VideoPlatform['datum']): Channel | undefined {
  const given = channelSchema.safeParse(settled(entry)).data
  if (given?.deviceId === undefined) return undefined
  const computed = datum === 'wgs84' ? cameraPlace(given.longitudeWgs84, given.latitudeWgs84) : undefined
  return {
    id: given.deviceId,
    name: given.name,
    isOn: given.status ?? true,
    // some devices write the whole path: 34020000002000000001/34020000002160000001
    parents: (given.parentId ?? '').split('/').filter(Boolean).reverse(),
    group: given.businessGroupId,
    civilCode: given.civilCode,
    place: computed ?? cameraPlace(given.longitude, given.latitude),
    ptzType: given.ptzType,
    direction: given.directionType,
  }
}

/** Type numbers of GB/T 28181 (digits 11-13) that send no picture: decoders, matrices, alarms, sound, users, servers, 业务分组, 虚拟组织. */
const pictureless = /^(11[4-7]|13[3-9]|[2-4]\d\d)$/
const cameraTypes: ReadonlySet<string> = new Set(['131', '132'])

function isCamera(id: string, hasChannels: boolean): boolean {
  // a civil code is a directory: 62, 6208, 620802, 62080201
  if (!/^\d{20}$/.test(id)) return !/^\d{2,8}$/.test(id)
  const type = id.slice(10, 13)
  return cameraTypes.has(type) || (!pictureless.test(type) && !hasChannels)
}

function itemOf(channel: Channel, channels: ReadonlyMap<string, Channel>, device: WvpDevice): CatalogueItem {
  const { id, name, place, ptzType, direction } = channel
  return {
    id,
    name: cameraName(name ?? id),
    isOnline: device.isOnline && channel.isOn,
    regions: regionsOf(channel, channels, device),
    place,
    heading: direction === undefined ? undefined : headings[direction],
    ...(ptzType !== undefined && turning.has(ptzType) ? { canMove: true } : {}),
  }
}

function regionsOf(channel: Channel, channels: ReadonlyMap<string, Channel>, device: WvpDevice): readonly string[] {
  const codes = new Set<string>()
  // directories that lie in each other do occur: what was met is not met again
  const above = (of: Channel): void => {
    for (const code of [...of.parents, ...(of.group === undefined ? [] : [of.group])]) {
      if (codes.has(code) || code === device.id) continue
      codes.add(code)
      const directory = channels.get(code)
      if (directory !== undefined) above(directory)
    }
  }
  above(channel)
  const named = [...codes].flatMap((code) => [channels.get(code)?.name ?? [], code].flat())
  return [...named, ...(device.name === undefined ? [] : [device.name]), device.id, ...civilCodes(channel.civilCode)]
}

/** 62080205 → itself, 620802, 6208, 62. */
const civilCodes = (code: string | undefined): readonly string[] =>
  code === undefined || !/^\d{2,8}$/.test(code) ? [] : [8, 6, 4, 2].filter((length) => length <= code.length).map((length) => code.slice(0, length))

const secret = /password|ip_?address|secret|^ip$/i

/** An entry as it is kept for whoever looks into a refusal. */
const withoutSecrets = (entry: unknown): string =>
  JSON.stringify(entry, (key, value: unknown) => (secret.test(key) ? undefined : value)).slice(0, 2_000)

import { cameraName } from './camera.ts'
import { attribute, child, children, escapeXml, textOf } from './onvif-soap.ts'
import type { XmlElement } from './onvif-soap.ts'
import type { CatalogueItem } from './provider.ts'

/** What a device says of itself: the responses' elements as they came. */
export interface DeviceAnswers {
  /** GetDeviceInformationResponse */
  readonly information: XmlElement | undefined
  /** GetScopesResponse */
  readonly scopes: XmlElement | undefined
  /** GetProfilesResponse of the Media service */
  readonly profiles: XmlElement | undefined
}

/** One video source of a device: a camera has one, a recorder many. */
export interface OnvifChannel {
  readonly item: CatalogueItem
  /** profile with the most pixels, and with the fewest; the same where there is but one */
  readonly main: string
  readonly sub: string
  /** profile by which it turns */
  readonly ptz: string | undefined
}

interface Profile {
  readonly token: string
  readonly source: string
  readonly pixels: number
  readonly hasPtz: boolean
}

/**
 * The cameras of a device. A camera's id is the device's serial number, else its network card's, else its host, then the source's token.
 * @param host of its device service
 * @param everywhere a region that all cameras of the platform stand in, since most devices name none
 */
export function readChannels(
  answers: DeviceAnswers,
  { host, everywhere }: { readonly host: string; readonly everywhere: string },
): readonly OnvifChannel[] {
  const profiles = picturesOf(children(child(answers.profiles, 'GetProfilesResponse'), 'Profiles').flatMap((profile) => profileOf(profile) ?? []))
  const scopes = children(child(answers.scopes, 'GetScopesResponse'), 'Scopes').flatMap((scope) => textOf(scope, 'ScopeItem') ?? [])
  const information = child(answers.information, 'GetDeviceInformationResponse')
  const hardware = serialOf(textOf(information, 'SerialNumber')) ?? scopeValues(scopes, 'MAC')[0] ?? host
  const name = scopeValues(scopes, 'name')[0] ?? textOf(information, 'Model') ?? host
  const regions = [...new Set([...scopeValues(scopes, 'location').flatMap(locationNames), host, everywhere])]
  const sources = [...new Set(profiles.map(({ source }) => source))]
  return sources.map((source, index) => {
    const found = profiles.filter((profile) => profile.source === source)
    const byPixels = found.toSorted((a, b) => b.pixels - a.pixels)
    const ptz = found.find(({ hasPtz }) => hasPtz)?.token
    const item: CatalogueItem = {
      id: `${hardware}.${source}`.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 128),
      name: cameraName(sources.length === 1 ? name : `${name} ${String(index + 1)}`),
      isOnline: true,
      regions,
      place: undefined,
      heading: undefined,
      ...(ptz === undefined ? {} : { canMove: true }),
    }
    return { item, main: byPixels[0]?.token ?? '', sub: byPixels.at(-1)?.token ?? '', ptz }
  })
}

/** Those that have a picture; where none says so, as with codecs that are younger than the Media service, all of them. */
function picturesOf(profiles: readonly Profile[]): readonly Profile[] {
  const sure = profiles.filter(({ pixels }) => pixels > 0)
  return sure.length > 0 ? sure : profiles
}

/** Simple devices have one source, and do not name it. */
const onlySource = 'source'

function profileOf(profile: XmlElement): Profile | undefined {
  const token = attribute(profile, 'token')
  if (token === undefined) return undefined
  const resolution = child(profile, 'VideoEncoderConfiguration', 'Resolution')
  const pixels = Number(textOf(resolution, 'Width') ?? 0) * Number(textOf(resolution, 'Height') ?? 0)
  return {
    token,
    source: textOf(profile, 'VideoSourceConfiguration', 'SourceToken') ?? onlySource,
    pixels: Number.isFinite(pixels) ? pixels : 0,
    hasPtz: child(profile, 'PTZConfiguration') !== undefined,
  }
}

/** Undefined for what no maker would give a device: nothing, a few characters, the same one over and over, a count. */
function serialOf(given: string | undefined): string | undefined {
  if (given === undefined || given.length < 6 || /^(.)\1*$/.test(given) || '01234567890123456789'.includes(given)) return undefined
  return given
}

/** What stands behind `onvif://www.onvif.org/<kind>/`, percent-decoded. */
function scopeValues(scopes: readonly string[], kind: string): readonly string[] {
  const head = `onvif://www.onvif.org/${kind}/`.toLowerCase()
  return scopes.filter((scope) => scope.toLowerCase().startsWith(head)).flatMap((scope) => decoded(scope.slice(head.length)) ?? [])
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text).trim()
    return value === '' ? undefined : value
  } catch {
    // written with a bare % by hand
    return text
  }
}

/** `country/china`: the whole, and its last part. */
const locationNames = (location: string): readonly string[] => [location, location.split('/').at(-1) ?? location]

/** GetStreamUri of a profile: unicast, interleaved in the RTSP connection (TCP), which passes firewalls and loses nothing. */
export const streamUriOf = (profile: string): string =>
  '<StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></StreamSetup>' +
  `<ProfileToken>${escapeXml(profile)}</ProfileToken>`

export const profileToken = (profile: string): string => `<ProfileToken>${escapeXml(profile)}</ProfileToken>`

import type { District, UnitDefinition, VideoPlatform } from '../../contract/configuration.ts'
import { sensitivities, videoDomains } from '../../contract/video-fact.ts'
import type { Place } from '../../contract/fact-field.ts'
import type { Sensitivity, VideoDomain } from '../../contract/video-fact.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import { unknownName, unknownOfMany } from '../configuration/unknown-name.ts'
import { quoted } from './camera-cells.ts'
import type { CameraCells } from './camera-cells.ts'
import { columnNames, domainNames, headingNames, keyNames, sensitivityNames } from './camera-columns.ts'
import type { Column } from './camera-columns.ts'
import { cameraName } from './camera.ts'
import { createMediaHosts } from './media-hosts.ts'
import { readAddress } from './stream-address.ts'
import type { StreamAddress } from './stream-address.ts'

/** What a camera list says of one camera; undefined is what it does not say. */
export interface CameraRow {
  /** as a spreadsheet counts, from 1 */
  readonly row: number
  readonly id: string | undefined
  readonly code: string | undefined
  readonly name: string | undefined
  readonly domain: VideoDomain | undefined
  /** id of a unit in config/units.yaml */
  readonly unit: string | undefined
  /** code of a subdistrict */
  readonly subdistrict: string | undefined
  /** in the platform's datum */
  readonly place: Place | undefined
  readonly heading: number | undefined
  readonly sensitivity: Sensitivity | undefined
  readonly isKey: boolean | undefined
  /** of a platform of addresses */
  readonly main: StreamAddress | undefined
  readonly sub: StreamAddress | undefined
}

/** What the cells of a list may name. */
export interface CameraVocabulary {
  readonly platform: VideoPlatform
  /** of the platform's district, as `district` is */
  readonly units: readonly UnitDefinition[]
  readonly district: District | undefined
}

const unsaid: Omit<CameraRow, 'row'> = {
  id: undefined,
  code: undefined,
  name: undefined,
  domain: undefined,
  unit: undefined,
  subdistrict: undefined,
  place: undefined,
  heading: undefined,
  sensitivity: undefined,
  isKey: undefined,
  main: undefined,
  sub: undefined,
}

/**
 * Reads one row. A cell that is wrong counts as one that says nothing, but for the level: who may look is never guessed too low.
 * @returns undefined where it names no camera, or, of a platform of addresses, one that could not be shown; the cells say why
 */
export function readRow(cells: CameraCells, vocabulary: CameraVocabulary): CameraRow | undefined {
  const isAddresses = vocabulary.platform.provider === 'addresses'
  const [id, code] = [cells.read('id', identity), cells.read('code', codeOf)]
  const named = { ...unsaid, row: cells.row, id, code }
  const row = cells.isTooWide ? { ...named, sensitivity: 'sensitive' as const } : { ...named, ...said(cells, vocabulary) }
  const needed: readonly (Column & keyof CameraRow)[] = isAddresses ? ['id', 'name', 'domain', 'main'] : code === undefined ? ['id'] : []
  const missing = needed.filter((column) => row[column] === undefined)
  for (const column of missing) cells.report(column, 'found nothing, expected a value: a camera cannot be without')
  return missing.length === 0 ? row : undefined
}

function said(cells: CameraCells, vocabulary: CameraVocabulary): Partial<CameraRow> {
  return {
    name: cells.read('name', (text) => ok(cameraName(text))),
    domain: cells.read('domain', (text) => oneOf('domain', text, { names: domainNames, own: videoDomains })),
    unit: cells.read('unit', (text) => unitOf(text, vocabulary)),
    subdistrict: cells.read('subdistrict', (text) => subdistrictOf(text, vocabulary)),
    place: placeIn(cells, vocabulary),
    heading: cells.read('heading', headingOf),
    sensitivity: cells.read('sensitivity', (text) => oneOf('sensitivity', text, { names: sensitivityNames, own: sensitivities }), 'sensitive'),
    isKey: cells.read('key', keyOf),
    ...(vocabulary.platform.provider === 'addresses' ? streamsIn(cells, vocabulary.platform) : {}),
  }
}

/** 6.2080200001310005E+19 */
const isRounded = (text: string): boolean => /^\d(\.\d+)?E\+\d+$/i.test(text)
const rounded = (text: string): Result<never, string> =>
  fail(`found ${quoted(text)}, a number that the spreadsheet has rounded: format the column as text and enter it again`)

function identity(text: string): Result<string, string> {
  if (isRounded(text)) return rounded(text)
  return text.length <= 128 ? ok(text) : fail(`found ${quoted(text)}, expected at most 128 characters`)
}

function codeOf(text: string): Result<string, string> {
  if (isRounded(text)) return rounded(text)
  return /^\d{20}$/.test(text) ? ok(text) : fail(`found ${quoted(text)}, expected the 20 digits of GB/T 28181`)
}

interface Names<T> {
  readonly names: Readonly<Record<string, T>>
  readonly own: readonly T[]
}

function oneOf<T extends string>(what: string, text: string, { names, own }: Names<T>): Result<T, string> {
  const found = own.find((each) => each === text) ?? (Object.hasOwn(names, text) ? names[text] : undefined)
  return found === undefined ? fail(unknownName(what, text.slice(0, 60), [...Object.keys(names), ...own])) : ok(found)
}

function unitOf(text: string, { units, platform }: CameraVocabulary): Result<string, string> {
  const found = units.find(({ id, name, shortName }) => [id, name, shortName].includes(text))
  if (found !== undefined) return ok(found.id)
  const known = units.flatMap(({ id, name, shortName }) => [name, shortName, id])
  return fail(unknownOfMany(`unit of district ${platform.district}`, text.slice(0, 60), { known, place: 'config/units.yaml' }))
}

function subdistrictOf(text: string, { district, platform }: CameraVocabulary): Result<string, string> {
  const subdistricts = district?.subdistricts ?? []
  const found = subdistricts.find(({ code, name, shortName }) => [code, name, shortName].includes(text))
  if (found !== undefined) return ok(found.code)
  const known = subdistricts.flatMap(({ code, name, shortName }) => [name, shortName, code])
  return fail(unknownOfMany(`subdistrict of district ${platform.district}`, text.slice(0, 60), { known, place: 'config/districts' }))
}

/** 90, 90°, 东, 朝东, 向东南. */
function headingOf(text: string): Result<number, string> {
  const named = headingNames[text.replace(/^[朝向]/, '')]
  const heading = named ?? (/^\d+(\.\d+)?°?$/.test(text) ? Number.parseFloat(text) : Number.NaN)
  if (heading <= 360) return ok(heading)
  return fail(`found ${quoted(text)}, expected degrees clockwise from north, 0 to 360, or one of ${Object.keys(headingNames).join(' ')}`)
}

function keyOf(text: string): Result<boolean, string> {
  const word = text.toLowerCase()
  const found = Object.hasOwn(keyNames, word) ? keyNames[word] : undefined
  return found === undefined ? fail(`found ${quoted(text)}, expected 是 or 否 (yes, no)`) : ok(found)
}

const degrees = (text: string): Result<number, string> =>
  /^-?\d+(\.\d+)?$/.test(text) ? ok(Number(text)) : fail(`found ${quoted(text)}, expected degrees as a decimal number, such as 106.6842`)

/** Both coordinates, or neither. */
function placeIn(cells: CameraCells, { district }: CameraVocabulary): Place | undefined {
  const [longitude, latitude] = [cells.read('longitude', degrees), cells.read('latitude', degrees)]
  if (longitude === undefined && latitude === undefined) return undefined
  if (longitude === undefined || latitude === undefined) {
    const [column, other] = longitude === undefined ? (['longitude', 'latitude'] as const) : (['latitude', 'longitude'] as const)
    cells.report(column, `found nothing, expected a value beside that of ${columnNames[other].join(' / ')}`)
    return undefined
  }
  const problem = placeProblem([longitude, latitude], district)
  if (problem === undefined) return [longitude, latitude]
  cells.report('longitude', problem)
  return undefined
}

function placeProblem([longitude, latitude]: Place, district: District | undefined): string | undefined {
  const found = `found ${String(longitude)}, ${String(latitude)}`
  if (longitude === 0 && latitude === 0) return `${found}, expected a place, or empty cells where it is not known`
  const bounds = district?.map.bounds
  const isSwapped = bounds !== undefined && !isNear([longitude, latitude], bounds) && isNear([latitude, longitude], bounds)
  if (isSwapped) return `${found}, expected longitude and latitude the other way round`
  if (Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90) return undefined
  return `${found}, expected a longitude from -180 to 180 and a latitude from -90 to 90`
}

/** Within the district, or beside it, degrees. */
const margin = 1

const isNear = ([longitude, latitude]: Place, [west, south, east, north]: District['map']['bounds']): boolean =>
  longitude >= west - margin && longitude <= east + margin && latitude >= south - margin && latitude <= north + margin

function streamsIn(cells: CameraCells, { mediaHosts }: VideoPlatform): Pick<CameraRow, 'main' | 'sub'> {
  const isOurs = createMediaHosts([], mediaHosts)
  const kind = cells.text('kind')
  const streamOf = (text: string): Result<StreamAddress, string> => readAddress(text, kind, isOurs)
  return { main: cells.read('main', streamOf), sub: cells.read('sub', streamOf) }
}

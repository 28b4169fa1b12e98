import { z } from 'zod'
import type { WorkOrderStage } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { readPlace, roundToBlock } from './upstream-place.ts'
import { titleText } from './upstream-text.ts'
import { readLocalTime } from './upstream-time.ts'

/** One row of the City of Los Angeles' open data set "MyLA311 Service Request Data 2017", in its own column names. */
const cell = z.string().max(400).default('')
const message = z.looseObject({
  SRNumber: z.string().min(1).max(64),
  CreatedDate: z.string().min(1).max(40),
  UpdatedDate: cell,
  ClosedDate: cell,
  Status: z.string().min(1).max(40),
  Owner: cell,
  RequestType: z.string().min(1).max(200),
  Address: cell,
  HouseNumber: cell,
  Direction: cell,
  StreetName: cell,
  Suffix: cell,
  Latitude: cell,
  Longitude: cell,
  APC: cell,
})
type Row = z.infer<typeof message>

/** How a request ended; undefined while it is open. */
const endings: Readonly<Record<string, WorkOrderStage | undefined>> = {
  Open: undefined,
  Closed: 'closed',
  Cancelled: 'cancelled',
  'Referred Out': 'referred',
}

/** Area planning commissions → subdistricts of the district `la`. */
const areas: Readonly<Record<string, string>> = {
  'South Los Angeles APC': 'la-south-los-angeles',
  'Central APC': 'la-central',
  'South Valley APC': 'la-south-valley',
  'North Valley APC': 'la-north-valley',
  'East Los Angeles APC': 'la-east-los-angeles',
  'West Los Angeles APC': 'la-west-los-angeles',
  'Harbor APC': 'la-harbor',
}

/** Street without house number; for a crossing, which has none, the address as it stands without its postal code. */
function streetOf(row: Row): string {
  const street = [row.Direction, row.StreetName, row.Suffix].filter((part) => part !== '').join(' ')
  if (street !== '') return street
  return row.HouseNumber === '' && / AT /.test(row.Address) ? row.Address.replace(/,\s*\d{5}$/, '') : ''
}

function endOf(row: Row, createdAt: Instant, zone: string): readonly [WorkOrderStage, Instant] | undefined {
  if (!Object.hasOwn(endings, row.Status))
    throw new MapError('unknown-value', `Status: ${JSON.stringify(row.Status)} is not one of ${Object.keys(endings).join(', ')}`)
  const stage = endings[row.Status]
  if (stage === undefined) return undefined
  const field = row.ClosedDate === '' ? 'UpdatedDate' : 'ClosedDate'
  // some rows say that they were closed minutes before they were created: one clock of theirs is off, and nothing ends before it began
  return [stage, Math.max(createdAt, readLocalTime(row[field], field, zone, 'american'))]
}

function mapRow(row: Row, { feed }: DialectContext): readonly unknown[] {
  const createdAt = readLocalTime(row.CreatedDate, 'CreatedDate', feed.zone, 'american')
  const end = endOf(row, createdAt, feed.zone)
  const place = readPlace(row.Longitude, row.Latitude, ['Longitude', 'Latitude'])
  const subdistrict = Object.hasOwn(areas, row.APC) ? areas[row.APC] : undefined
  const type = titleText(row.RequestType)
  const created = {
    kind: 'work-order',
    id: row.SRNumber,
    at: createdAt,
    stage: 'received',
    channel: 'la-311',
    title: titleText([type, streetOf(row)].filter((part) => part !== '').join(' · ')),
    type,
    ...(row.Owner === '' ? {} : { unit: titleText(row.Owner) }),
    ...(subdistrict === undefined ? {} : { subdistrict }),
    ...(place === undefined ? {} : { place: roundToBlock(place) }),
  }
  // the row of an ended request tells its beginning too: told before, it is the same fact and is not counted twice
  return end === undefined ? [created] : [created, { kind: 'work-order', id: row.SRNumber, at: end[1], stage: end[0] }]
}

/** Requests of Los Angeles: WGS-84, American local times, no limits. A row gives `received`, and when it has ended also its end. */
export const la311: Dialect = {
  name: 'la311',
  carries: ['work-order'],
  message,
  map(given, context) {
    // `given` is what `message` made of it: the runner parses before it maps
    return mapRow(given as Row, context)
  },
}

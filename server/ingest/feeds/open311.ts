import { z } from 'zod'
import type { Dialect, DialectContext } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { readInstant } from './upstream-instant.ts'
import { readPlace, roundToBlock } from './upstream-place.ts'
import { titleText } from './upstream-text.ts'

/**
 * Service requests of Open311 GeoReport v2. Who asked, the address with its house number, the words and the pictures are never read: what we
 * do not take cannot leak.
 */
const cell = z.string().max(400).nullish()
const coordinate = z.union([z.number(), z.string().max(40), z.null()]).optional()
const name = z.union([z.string(), z.number()]).nullish()

const message = z.looseObject({
  service_request_id: z.union([z.string().max(64), z.number()]).nullish(),
  /** instead of the id, while the request is not numbered yet */
  token: name,
  status: z.string().max(40).optional(),
  service_name: cell,
  service_code: name,
  agency_responsible: cell,
  requested_datetime: cell,
  updated_datetime: cell,
  expected_datetime: cell,
  lat: coordinate,
  long: coordinate,
  extended_attributes: z.looseObject({ unit: name }).nullish().catch(undefined),
})
type Request = z.infer<typeof message>

const words = (value: string | number | null | undefined): string => String(value ?? '').trim()

function isClosed(status: string): boolean {
  const key = status.toLowerCase()
  if (key === 'open' || key === 'closed') return key === 'closed'
  throw new MapError('unknown-value', `status: ${JSON.stringify(status.slice(0, 40))} is not one of open, closed`)
}

/** A unit of ours by its id, name or short name, else the upstream's own name: a request is not lost because its unit is new. */
function unitOf(request: Request, { feed, registry }: DialectContext): string {
  const given = words(request.extended_attributes?.unit) || words(request.agency_responsible)
  for (const unit of registry.units.values())
    if (unit.district === feed.district && (unit.id === given || unit.name === given || unit.shortName === given)) return unit.id
  return titleText(given)
}

function mapRequest(request: Request, context: DialectContext): readonly unknown[] {
  const id = words(request.service_request_id)
  // asked for and not numbered yet: it comes again with its number
  if (id === '' && words(request.token) !== '') return []
  if (id === '') throw new MapError('bad-shape', 'service_request_id: empty; send the number of the request')
  const { zone } = context.feed
  const requestedAt = readInstant(words(request.requested_datetime), 'requested_datetime', zone)
  const type = titleText(words(request.service_name) || words(request.service_code))
  const unit = unitOf(request, context)
  const place = readPlace(request.long, request.lat, ['long', 'lat'])
  const expected = words(request.expected_datetime)
  const received = {
    kind: 'work-order',
    id,
    at: requestedAt,
    stage: 'received',
    ...(type === '' ? {} : { title: type, type }),
    ...(unit === '' ? {} : { unit }),
    ...(place === undefined ? {} : { place: roundToBlock(place) }),
    ...(expected === '' ? {} : { dueAt: readInstant(expected, 'expected_datetime', zone) }),
  }
  if (!isClosed(words(request.status))) return [received]
  const field = words(request.updated_datetime) === '' ? 'requested_datetime' : 'updated_datetime'
  // nothing ends before it began, whatever their clocks say
  const closedAt = Math.max(requestedAt, readInstant(words(request[field]), field, zone))
  // told again and again while it is listed: told before, it is the same fact and is not counted twice
  return [received, { kind: 'work-order', id, at: closedAt, stage: 'closed' }]
}

/** Requests of any city that speaks Open311: WGS-84, ISO 8601. A request gives `received`, and when it is closed also that. */
export const open311: Dialect = {
  name: 'open311',
  carries: ['work-order'],
  message,
  map(given, context) {
    // `given` is what `message` made of it: the runner parses before it maps
    return mapRequest(given as Request, context)
  },
}

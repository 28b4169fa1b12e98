import { z } from 'zod'
import type { VehicleType } from '../../../contract/fact.ts'
import { vehicleTypes } from '../../../contract/fact.ts'
import type { Dialect } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { readPlace } from './upstream-place.ts'

/** What the codec jt808 makes of one message. */
const message = z.looseObject({
  message: z.string(),
  vehicle: z.string().min(1).max(64),
  fleet: z.string().max(40).optional(),
  position: z
    .looseObject({
      isLocated: z.boolean(),
      latitude: z.number(),
      longitude: z.number(),
      speed: z.number(),
      heading: z.number(),
      time: z.string().max(40).optional(),
      alarms: z.array(z.string().max(40)).max(32),
    })
    .optional(),
})
type Jt808 = z.infer<typeof message>

const isVehicleType = (text: string): text is VehicleType => (vehicleTypes as readonly string[]).includes(text)

function typeOf(fleet: string | undefined): { readonly type?: VehicleType } {
  if (fleet === undefined) return {}
  if (isVehicleType(fleet)) return { type: fleet }
  throw new MapError('unknown-value', `fleets: ${JSON.stringify(fleet)} is not one of ${vehicleTypes.join(', ')}; mend the codec's options`)
}

/** Speeds and directions that no vehicle has are the receiver's trouble: they are left out, and the place is kept. */
const inRange = (value: number, most: number): boolean => value >= 0 && value <= most

const longestAlarm = 200

function vehicleOf({ vehicle, fleet, position }: Jt808): readonly unknown[] {
  if (position?.isLocated !== true) return []
  const at = Date.parse(position.time ?? '')
  if (Number.isNaN(at)) throw new MapError('bad-instant', 'position.time: not a time; set the clock of the terminal (BCD YYMMDDhhmmss, GMT+8)')
  const place = readPlace(position.longitude, position.latitude, ['longitude', 'latitude'])
  if (place === undefined) return []
  const alarm = position.alarms.join('、').slice(0, longestAlarm)
  return [
    {
      kind: 'vehicle',
      id: vehicle,
      at,
      place,
      ...(inRange(position.speed, 400) ? { speed: position.speed } : {}),
      ...(inRange(position.heading, 360) ? { heading: position.heading } : {}),
      ...typeOf(fleet),
      ...(alarm === '' ? {} : { alarm }),
    },
  ]
}

/** Positions of terminals in vehicles. Without a fix there is no place to show; registrations, log-ins and heartbeats say nothing we show. */
export const jt808: Dialect = {
  name: 'jt808',
  carries: ['vehicle'],
  message,
  map(given) {
    // `given` is what `message` made of it: the runner parses before it maps
    return vehicleOf(given as Jt808)
  },
}

/** Where the demonstration's platforms and the listeners for its devices are: all from one number, so that two demonstrations fit on one machine. */
export const usualPortBase = 8_090

/** In this order, each behind the other, from the base. config/feeds, config/video and config/links name them as they are from `usualPortBase`. */
const order = [
  'video',
  'smartCity',
  'trafficPolice',
  'medical',
  'emergency',
  'parking',
  /** these three are the centre's: devices connect there */
  'ecology',
  'transportGps',
  'hydrology',
  'linked',
] as const
export type Ports = Readonly<Record<(typeof order)[number], number>>

export const portsFrom = (base: number): Ports =>
  // every name of the list is a key, and no other
  Object.fromEntries(order.map((name, index) => [name, base + 1 + index])) as Ports

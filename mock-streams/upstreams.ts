import { ecology } from './ecology/upstream.ts'
import { emergency } from './emergency/upstream.ts'
import { hydrology } from './hydrology/upstream.ts'
import { medical } from './medical/upstream.ts'
import { parking } from './parking/upstream.ts'
import { smartCity } from './smart-city/upstream.ts'
import { socialCard } from './social-card/upstream.ts'
import { trafficPolice } from './traffic-police/upstream.ts'
import { transportGps } from './transport-gps/upstream.ts'
import type { Upstream } from './upstream.ts'
import { utilities } from './utilities/upstream.ts'

/** The upstreams of the nine sectors. */
export const upstreams: readonly Upstream[] = [
  smartCity,
  trafficPolice,
  socialCard,
  ecology,
  utilities,
  transportGps,
  medical,
  emergency,
  hydrology,
  parking,
]

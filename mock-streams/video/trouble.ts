import type { Camera } from './cameras.ts'

/** calm: nothing fails · usual: each camera goes off for some minutes now and then · outage: and the platform itself fails for 3 minutes each half hour */
export type VideoScenario = 'calm' | 'usual' | 'outage'

const minuteMs = 60_000

/** A number in [0, 1) that depends on its arguments alone. */
function chance(seed: number, salt: number): number {
  let mixed = Math.imul(seed ^ Math.imul(salt + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296
}

/** Whether a camera of this scenario answers at `now`: the same for the same seed, however often the stand-in is started. */
export function isCameraOnline(camera: Camera, seed: number, scenario: VideoScenario, now: number): boolean {
  if (scenario === 'calm') return true
  const serial = Number(camera.code.slice(-6))
  const everyMs = (47 + chance(seed, serial) * 40) * minuteMs
  const offMs = (2 + chance(seed, serial + 100) * 5) * minuteMs
  const into = (now + chance(seed, serial + 200) * everyMs) % everyMs
  return into >= offMs
}

/** Whether the platform answers at all at `now`. */
export function isPlatformUp(seed: number, scenario: VideoScenario, now: number): boolean {
  if (scenario !== 'outage') return true
  const halfHourMs = 30 * minuteMs
  return (now + Math.floor(chance(seed, 999) * halfHourMs)) % halfHourMs >= 3 * minuteMs
}

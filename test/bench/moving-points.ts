import type { Whole } from '../support/whole.ts'

/** Vehicles all over the district, each heard of every ten seconds. */
export const points = 10_000
export const movedPerSecond = 1_000
const updatesPerSecond = 10
const moved = movedPerSecond / updatesPerSecond
export const updateEveryMs = 1_000 / updatesPerSecond
const bodyOf = 2_000

/** Puts all of them on the map. */
export async function placePoints(whole: Whole): Promise<void> {
  for (let from = 0; from < points; from += bodyOf) await whole.post('native', fixes(from, bodyOf, 0))
}

let round = 0

/** Each update moves the next hundred of them: each is heard of every ten seconds, as vehicles are. */
export async function movePoints(whole: Whole, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1_000
  for (let next = performance.now(); next < until; next += updateEveryMs) {
    const from = (round * moved) % points
    await whole.post('native', fixes(from, moved, 1 + Math.floor((round * moved) / points)))
    round += 1
    await new Promise((done) => setTimeout(done, Math.max(0, next + updateEveryMs - performance.now())))
  }
}

/** Spread over the district, each driving to and fro by some hundred metres from fix to fix. */
function fixes(from: number, count: number, turn: number): readonly object[] {
  const at = Date.now()
  return Array.from({ length: count }, (_, i) => {
    const n = from + i
    const [longitude, latitude] = [106.5 + ((n * 37) % 997) / 1_600, 35.33 + ((n * 53) % 991) / 2_900]
    const away = 0.002 * ((turn % 3) - 1)
    return { kind: 'vehicle', id: `V-${String(n)}`, at, place: [longitude + away, latitude + away / 2], heading: (n * 7) % 360, type: 'bus' }
  })
}

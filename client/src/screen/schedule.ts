import type { AppConfiguration, Configuration } from '../../../contract/configuration.ts'
import type { Scene } from '../../../contract/scene.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { Instant } from '../../../contract/time.ts'
import { localTime, minuteMs, secondMs } from '../../../contract/time.ts'

type Entry = AppConfiguration['schedule'][number]

/** An entry of a schedule, and since when it holds. */
interface Scheduled {
  readonly entry: Entry
  readonly since: Instant
}

/** The latest entry at or before an instant's time of day, else the last of the day before; undefined for an empty schedule. */
function scheduledEntry(schedule: readonly Entry[], now: Instant, zone: string): Scheduled | undefined {
  const { hour, minute } = localTime(now, zone)
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  const inOrder = [...schedule].sort((a, b) => a.at.localeCompare(b.at))
  const entry = inOrder.findLast(({ at }) => at <= time) ?? inOrder.at(-1)
  if (entry === undefined) return undefined
  const [atHour = 0, atMinute = 0] = entry.at.split(':').map(Number)
  const minutesSince = (hour * 60 + minute - atHour * 60 - atMinute + 1_440) % 1_440
  return { entry, since: Math.floor(now / minuteMs) * minuteMs - minutesSince * minuteMs }
}

/**
 * The screen a schedule has for an instant; of a scene the one whose turn it is.
 * @returns undefined for an empty schedule, and for a scene that is not configured
 */
export function scheduledScreen(schedule: readonly Entry[], now: Instant, zone: string, scenes: readonly Scene[] = []): ScreenId | undefined {
  const scheduled = scheduledEntry(schedule, now, zone)
  if (scheduled === undefined) return undefined
  const { entry, since } = scheduled
  if ('screen' in entry) return entry.screen
  const scene = scenes.find(({ id }) => id === entry.scene)
  return scene && stepAt(scene, since, now).screen
}

/** The scene that the default district's schedule has for an instant, and since when; undefined where it has a screen, or nothing. */
export function scheduledScene(
  { app, districts }: Pick<Configuration, 'app' | 'districts'>,
  now: Instant,
): { scene: string; since: Instant } | undefined {
  const zone = districts.find(({ id }) => id === app.defaultDistrict)?.zone
  const scheduled = now === 0 || zone === undefined ? undefined : scheduledEntry(app.schedule, now, zone)
  return scheduled !== undefined && 'scene' in scheduled.entry ? { scene: scheduled.entry.scene, since: scheduled.since } : undefined
}

/** 轮换: the step whose turn it is, each for its time since the scene began; all walls turn by the server's clock, in step. */
export function stepAt({ steps }: Scene, since: Instant, now: Instant): Scene['steps'][number] {
  const wholeMs = steps.reduce((sum, { dwellSeconds }) => sum + dwellSeconds * secondMs, 0)
  let restMs = Math.max(0, now - since) % wholeMs
  const found = steps.find(({ dwellSeconds }) => {
    restMs -= dwellSeconds * secondMs
    return restMs < 0
  })
  const [first] = steps
  if (first === undefined) throw new Error('a scene has at least one step: the configuration was checked')
  return found ?? first
}

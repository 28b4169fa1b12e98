import type { AppConfiguration } from '../../../contract/configuration.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { Instant } from '../../../contract/time.ts'
import { localTime } from '../../../contract/time.ts'

/**
 * The screen a schedule has for an instant: the latest entry at or before that time of day, else the last of the day before.
 * @returns undefined for an empty schedule
 */
export function scheduledScreen(schedule: AppConfiguration['schedule'], now: Instant, zone: string): ScreenId | undefined {
  const { hour, minute } = localTime(now, zone)
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  const inOrder = [...schedule].sort((a, b) => a.at.localeCompare(b.at))
  return (inOrder.findLast(({ at }) => at <= time) ?? inOrder.at(-1))?.screen
}

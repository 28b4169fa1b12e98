import { hourMs, isHoliday, startOfDayNumber } from '../calendar.ts'

export const scenarioNames = ['normal', 'storm', 'holiday', 'outage'] as const
/**
 * normal: an ordinary day · storm: heavy rain from 13:00 to 20:00 · holiday: a public holiday with visitors · outage: the platforms fall silent
 * for ten minutes of each hour.
 */
export type ScenarioName = (typeof scenarioNames)[number]

/** All that the simulated city depends on besides time. */
export interface City {
  readonly seed: number
  readonly scenario: ScenarioName
  /** the local day (days since 1970) that the scenario is about: past weeks stay ordinary, so that there is something usual to compare with */
  readonly scenarioDay: number
  /** how many times as much happens as in the real town of half a million */
  readonly speed: number
}

/** Towns the storm hits: along the river, by the ends of their codes. */
const floodedTowns = new Set(['620802105', '620802106', '620802107', '620802102'])

export const isStorm = (city: City, at: number): boolean =>
  city.scenario === 'storm' && at >= startOfDayNumber(city.scenarioDay) + 13 * hourMs && at < startOfDayNumber(city.scenarioDay) + 20 * hourMs

export const isFlooded = (townCode: string): boolean => floodedTowns.has(townCode)

export const isFestive = (city: City, day: number): boolean => isHoliday(day) || (city.scenario === 'holiday' && day === city.scenarioDay)

/** In the outage scenario nothing is sent from :20 to :30; what happened meanwhile is sent afterwards. */
export const isSilent = (city: City, at: number): boolean => {
  const minute = Math.floor(at / 60_000) % 60
  return city.scenario === 'outage' && minute >= 20 && minute < 30
}

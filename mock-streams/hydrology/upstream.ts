import { Agenda, trendMs } from '../agenda.ts'
import { minuteMs } from '../calendar.ts'
import type { City } from '../city/scenario.ts'
import { runDevice } from '../devices/line.ts'
import { tellDue } from '../devices/telling.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
import { cutAnswer } from './frame.ts'
import { rainFrameAt, rainStation, riverFrameAt, riverStation } from './stations.ts'

/** 水雨情: telemetry stations that report over SL 651 every five minutes, the last hours at the start. */
export const hydrology: Upstream = {
  feed: 'hydrology',
  async run(surroundings) {
    await Promise.all([runStation(riverStation, riverFrameAt, surroundings), runStation(rainStation, rainFrameAt, surroundings)])
  },
}

async function runStation(name: string, frameAt: (city: City, at: number) => Buffer, surroundings: Surroundings): Promise<void> {
  const { city, ports } = surroundings
  const agenda = new Agenda({ everyMs: 5 * minuteMs, backfillMs: trendMs }, surroundings)
  const talk = { name, port: ports.hydrology, cut: cutAnswer }
  await runDevice({ ...talk, talk: (line) => tellDue(line, agenda, (at) => frameAt(city, at)) }, surroundings)
}

import { Agenda, trendMs } from '../agenda.ts'
import { minuteMs } from '../calendar.ts'
import { runDevice } from '../devices/line.ts'
import { tellDue } from '../devices/telling.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
import { cutAnswer, frameOf } from './frame.ts'
import { segmentAt, stations } from './stations.ts'
import type { Station } from './stations.ts'

/** 生态环境: data loggers that report over HJ 212, the last hours at the start. */
export const ecology: Upstream = {
  feed: 'ecology',
  async run(surroundings) {
    await Promise.all(stations.map((station) => runStation(station, surroundings)))
  },
}

async function runStation(station: Station, surroundings: Surroundings): Promise<void> {
  const { city, ports } = surroundings
  const agenda = new Agenda({ everyMs: minuteMs, backfillMs: trendMs, isSilenced: true }, surroundings)
  await runDevice(
    {
      name: station.mn,
      port: ports.ecology,
      cut: cutAnswer,
      talk: (line) => tellDue(line, agenda, (at) => frameOf(segmentAt(station, city, at))),
    },
    surroundings,
  )
}

import type { ReportState } from '../contract/report.ts'
import { topicName } from '../contract/topic.ts'
import type { Clock } from './core/clock.ts'
import type { Registry } from './core/registry.ts'
import { createReportDesk } from './report/desk.ts'
import type { ReportDesk } from './report/desk.ts'
import type { Spine } from './spine.ts'

/** 专报, between the world, the historian and the log. */
export function openReportDesk(
  registry: Registry,
  { world, historian, stores }: Pick<Spine, 'world' | 'historian' | 'stores'>,
  clock: Clock,
): ReportDesk {
  return createReportDesk({
    registry,
    now: () => clock.now(),
    held: (district, month) => world.report(district, month),
    states(district) {
      const topic = topicName('reports', district)
      // the topic `reports` holds nothing but ReportState
      return (world.read([topic])[topic] ?? []) as readonly ReportState[]
    },
    stateAt: (topics, at) => historian.stateAt(topics, at),
    issued(seq) {
      const [entry] = [...stores.log.entries({ after: seq - 1, upTo: seq })]
      return entry?.fact.kind === 'report' ? entry.fact.document : undefined
    },
  })
}

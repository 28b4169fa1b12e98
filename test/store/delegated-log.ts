import type { EventLog } from '../../server/store/event-log.ts'

/** A log with some of its methods replaced. */
export const delegating = (log: EventLog, changes: Partial<Pick<EventLog, 'append' | 'probe' | 'entries'>>): EventLog => ({
  lineage: log.lineage,
  get lastSeq() {
    return log.lastSeq
  },
  get lastAt() {
    return log.lastAt
  },
  append: (batches, now) => log.append(batches, now),
  entries: (range) => log.entries(range),
  recent: (count) => log.recent(count),
  seqAt: (at) => log.seqAt(at),
  recordedAt: (seq) => log.recordedAt(seq),
  probe: () => log.probe(),
  close: () => log.close(),
  ...changes,
})

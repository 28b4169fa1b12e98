import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEventLog } from '../../server/store/event-log.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const batches = 60
const perBatch = 50

/** Message `n` of the load: an order of its own, the same text each time it is sent. */
const message = (n: number): object => ({
  kind: 'work-order',
  id: `LOAD-${String(n)}`,
  at: Date.UTC(2026, 0, 1) + n * 1_000,
  stage: 'received',
  channel: 'hotline-12345',
  type: '道路破损',
})

const batch = (index: number): object[] => Array.from({ length: perBatch }, (_, position) => message(index * perBatch + position))

describe('a power cut under load', () => {
  let whole: Whole
  beforeAll(async () => {
    whole = await startWhole()
  })
  afterAll(async () => {
    await whole.stop()
  })

  it('loses no acknowledged fact and doubles none when upstreams send again', async () => {
    const acknowledged = new Set<number>()
    let next = 0
    const cut = { isMade: false }
    const upstream = async (): Promise<void> => {
      for (let index = next++; index < batches; index = next++) {
        if (cut.isMade) return
        const answer = await whole.post('native', batch(index)).catch(() => undefined)
        if (answer?.status === 202) acknowledged.add(index)
        // in the middle of the load, with the other upstreams' batches in flight
        if (acknowledged.size === batches / 3) {
          cut.isMade = true
          await whole.kill()
        }
      }
    }
    await Promise.all([upstream(), upstream(), upstream(), upstream()])
    expect(acknowledged.size).toBeGreaterThanOrEqual(batches / 3)
    expect(acknowledged.size, 'the cut must come before the end of the load').toBeLessThan(batches)

    await whole.restart()
    const kept = await whole.get(`/api/state?topics=work-orders@620802`)
    const ids = new Set((kept.body as { topics: Record<string, { id: string }[]> }).topics['work-orders@620802']?.map(({ id }) => id))
    for (const index of acknowledged) for (const { id } of batch(index) as { id: string }[]) expect(ids).toContain(id)

    const again = await Promise.all(Array.from({ length: batches }, (_, index) => whole.post('native', batch(index))))
    expect(again.every(({ status }) => status === 202)).toBe(true)
    await whole.kill()
    expect(timesRecorded(whole.dataDirectory)).toEqual(new Map(Array.from({ length: batches * perBatch }, (_, n) => [`LOAD-${String(n)}`, 1])))
  })
})

/** How often each order of the load stands in the log. */
function timesRecorded(directory: string): Map<string, number> {
  const log = openEventLog({ directory: join(directory) })
  const times = new Map<string, number>()
  for (const { fact } of log.entries({ after: 0 })) if (fact.kind === 'work-order') times.set(fact.id, (times.get(fact.id) ?? 0) + 1)
  log.close()
  return new Map([...times].sort(([a], [b]) => Number(a.slice(5)) - Number(b.slice(5))))
}

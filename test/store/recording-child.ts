import { writeSync } from 'node:fs'
import { systemClock } from '../../server/system-clock.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { openStores } from '../../server/store/stores.ts'
import { batchOf } from './numbered-batches.ts'

/**
 * A process of its own, to be killed: records numbered batches from `first` on, several at a time, and writes the number of each to its
 * output once it has been acknowledged. Each batch comes with a note for its feed's ledger and settles the quarantined message of its number. With `first` 0 its fold throws instead.
 */
const [directory = '', first = '1'] = process.argv.slice(2)
const { log } = openStores({ directory, rejectionsKept: 1_000 })
const isToThrow = first === '0'
const recorder = createRecorder({
  log,
  clock: systemClock,
  onEntries() {
    if (isToThrow) throw new Error('the fold has a bug')
  },
  onStorage: () => undefined,
})

let next = Number(first)
async function recordOn(): Promise<void> {
  for (;;) {
    const number = next
    next += 1
    const { feed, facts } = batchOf(number)
    try {
      await recorder.record(feed, facts, { ledger: [{ key: `batch-${String(number)}`, value: String(facts.length) }], settled: [number] })
    } catch (error) {
      writeSync(1, `rejected ${String(error)}\n`)
      return
    }
    writeSync(1, `${String(number)}\n`)
  }
}

await Promise.all([recordOn(), recordOn(), recordOn()])

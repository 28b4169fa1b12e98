import { onTestFinished, describe, expect, it } from 'vitest'
import type { ReplayAnswer } from '../../contract/bench.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import { createAdmission } from '../../server/core/admission.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { FeedPipeline } from '../../server/ingest/pipeline.ts'
import { replay } from '../../server/ingest/replay.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import type { Recorder } from '../../server/store/recorder.ts'
import { openStores } from '../../server/store/stores.ts'
import type { Stores } from '../../server/store/stores.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { namingPrivacy } from '../support/privacy.ts'
import { feed, registryWith } from '../support/registry.ts'
import { values } from './feed-line.ts'
import { openFeed } from '../../server/ingest/open-feed.ts'

const registry = registryWith()

/** The mapping as it was, and as it is once it is mended. */
const mistaken = '{"kind": "work-order", "id": no, "at": $receivedAt, "stage": stg}'
const mended = '{"kind": "work-order", "id": no, "at": 1795415400000, "stage": stage}'

/** The real quarantine, log and recorder. */
class Line {
  readonly clock = new ManualClock()
  readonly stores: Stores
  readonly recorder: Recorder
  refuseAgain: Stores['rejections']['refuseAgain']
  readonly #directory: string

  constructor(directory = temporaryFolder()) {
    this.#directory = directory
    this.stores = openStores({ directory, rejectionsKept: 1_000 })
    this.recorder = createRecorder({ log: this.stores.log, clock: this.clock, onEntries: () => undefined, onStorage: () => undefined })
    this.refuseAgain = (...given) => this.stores.rejections.refuseAgain(...given)
    onTestFinished(() => this.close())
  }

  #isClosed = false
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.recorder.close()
    this.stores.close()
  }

  /** As after kill -9: the folder opened once more. */
  async again(): Promise<Line> {
    await this.close()
    return new Line(this.#directory)
  }

  pipeline(given: Partial<FeedDefinition>, record: Recorder['record'] = (...args) => this.recorder.record(...args)): FeedPipeline {
    const opened = openFeed(feed({ id: 'air', ...given }))
    if (!opened.ok) throw new Error(opened.error.map(({ problem }) => problem).join('; '))
    const { clock } = this
    const rooms = {
      registry,
      clock,
      recorder: { record },
      rejections: this.stores.rejections,
      privacy: namingPrivacy(),
      watch: { received: () => undefined },
      log: () => undefined,
    }
    return new FeedPipeline(opened.value, rooms, createAdmission({ feed: opened.value.definition, registry, last: () => undefined }))
  }

  replay(pipeline: FeedPipeline, cause?: string): Promise<ReplayAnswer> {
    return replay({
      pipeline,
      next: (after) =>
        this.stores.rejections
          .forReplay({ feed: 'air', cause, after, limit: 3 })
          .map(({ message, at, raw, origin, form }) => ({ number: message, at, raw, origin, form })),
      refuseAgain: (number, refusals) => this.refuseAgain('air', number, refusals, this.clock.now()),
    })
  }

  /** ids of the orders in the log, in its order */
  get logged(): readonly string[] {
    return [...this.stores.log.entries({ after: 0 })].map(({ fact }) => ('id' in fact ? fact.id : fact.kind))
  }

  get quarantined(): readonly number[] {
    return this.stores.rejections.forReplay({ feed: 'air', cause: undefined, after: 0, limit: 1_000 }).map(({ message }) => message)
  }
}

/** Sends orders by a mapping that has a mistake, one delivery each. */
async function refuse(line: Line, ids: readonly string[], given: object = {}): Promise<void> {
  const pipeline = line.pipeline({ mapping: mistaken })
  for (const no of ids) {
    line.clock.advance(1_000)
    await pipeline.take(values({ no, stage: 'received', ...given }), `row ${no}`)
  }
}

const ids = Array.from({ length: 8 }, (_, index) => `A${String(index)}`)
const sum = { replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 0 }

describe('what was refused', () => {
  it('is there after the mapping is mended, in the order it came and exactly once', async () => {
    const line = new Line()
    await refuse(line, ids)
    expect(line.logged).toEqual([])
    expect(line.quarantined).toHaveLength(8)
    const pipeline = line.pipeline({ mapping: mended })
    expect(await line.replay(pipeline)).toEqual({ ...sum, replayed: 8, facts: 8 })
    expect(line.logged).toEqual(ids)
    expect(line.quarantined).toEqual([])
    expect(await line.replay(pipeline)).toEqual(sum)
    expect(line.logged).toEqual(ids)
  })

  it('is sent again by its cause alone, where one is named', async () => {
    const line = new Line()
    await refuse(line, ['A0', 'A1'])
    const other = line.pipeline({ mapping: mended })
    await other.take(values({ no: 'B0', stage: 'lost' }), 'row B0')
    const causes = line.stores.rejections.causes({ feed: 'air' })
    expect(causes.map(({ count }) => count).sort()).toEqual([1, 2])
    const cause = causes.find(({ count }) => count === 2)?.cause
    expect(await line.replay(other, cause)).toEqual({ ...sum, replayed: 2, facts: 2 })
    expect(line.quarantined).toHaveLength(1)
  })

  it('and is refused again, stays under its number, with its new reasons', async () => {
    const line = new Line()
    await refuse(line, ['A0', 'A1'])
    const before = line.quarantined
    const still = line.pipeline({ mapping: '{"kind": "work-order", "id": no, "at": "soon", "stage": stage}' })
    expect(await line.replay(still)).toEqual({ ...sum, replayed: 2, refusedAgain: 2 })
    expect(line.quarantined).toEqual(before)
    expect(line.stores.rejections.list({ feed: 'air' }).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('at: '),
      expect.stringContaining('at: '),
    ])
    expect(await line.replay(line.pipeline({ mapping: mended }))).toEqual({ ...sum, replayed: 2, facts: 2 })
    expect(line.logged).toEqual(['A0', 'A1'])
  })

  it('in part, is recorded in part, and the rest later', async () => {
    const line = new Line()
    const both = (second: string): string => `[${mended}, {"kind": "work-order", "id": no & "b", "at": ${second}, "stage": "closed"}]`
    const partly = line.pipeline({ mapping: both('"soon"') })
    await partly.take(values({ no: 'A0', stage: 'received' }), '')
    expect(line.logged).toEqual(['A0'])
    expect(await line.replay(partly)).toEqual({ ...sum, replayed: 1, duplicates: 1, refusedAgain: 1 })
    expect(await line.replay(line.pipeline({ mapping: both('1795415400000') }))).toEqual({ ...sum, replayed: 1, facts: 1, duplicates: 1 })
    expect(line.logged).toEqual(['A0', 'A0b'])
    expect(line.quarantined).toEqual([])
  })
})

it('is understood as what came when it came, not as what came now', async () => {
  const line = new Line()
  await refuse(line, ['A0'])
  const receivedAt = line.clock.now()
  line.clock.advance(3_600_000)
  await line.replay(line.pipeline({ mapping: '{"kind": "work-order", "id": no, "at": $receivedAt, "stage": stage}' }))
  expect([...line.stores.log.entries({ after: 0 })].map(({ at, fact }) => [at, fact.at])).toEqual([[receivedAt + 3_600_000, receivedAt]])
})

describe('a crash', () => {
  it('between what is recorded and the new reasons doubles nothing', async () => {
    const line = new Line()
    const half = `[${mended}, {"kind": "work-order", "id": no & "b", "at": "soon", "stage": "closed"}]`
    await refuse(line, ['A0', 'A1'])
    line.refuseAgain = () => {
      throw new Error('kill -9')
    }
    await expect(line.replay(line.pipeline({ mapping: half }))).rejects.toThrow('kill -9')
    expect(line.logged).toEqual(['A0'])
    const after = await line.again()
    expect(after.quarantined).toHaveLength(2)
    expect(await after.replay(after.pipeline({ mapping: mended }))).toEqual({ ...sum, replayed: 2, facts: 1, duplicates: 1 })
    expect(after.logged).toEqual(['A0', 'A1'])
    expect(after.quarantined).toEqual([])
  })

  it('between one message and the next leaves the rest for the next time', async () => {
    const line = new Line()
    await refuse(line, ids)
    let count = 0
    const dying = line.pipeline({ mapping: mended }, (...given) => {
      count += 1
      return count > 3 ? new Promise(() => undefined) : line.recorder.record(...given)
    })
    void line.replay(dying)
    while (count <= 3) await new Promise((resolve) => setImmediate(resolve))
    const after = await line.again()
    expect(after.logged).toEqual(ids.slice(0, 3))
    expect(after.quarantined).toHaveLength(5)
    await after.replay(after.pipeline({ mapping: mended }))
    expect(after.logged).toEqual(ids)
    expect(after.quarantined).toEqual([])
  })
})

describe('a full disk', () => {
  it('ends a replay where it is; the next one goes on from there', async () => {
    const line = new Line()
    await refuse(line, ids)
    let count = 0
    const full = line.pipeline({ mapping: mended }, (...given) => {
      count += 1
      return count === 5 ? Promise.reject(new StorageFullError('full')) : line.recorder.record(...given)
    })
    await expect(line.replay(full)).rejects.toThrow(StorageFullError)
    expect(line.logged).toEqual(ids.slice(0, 4))
    expect(await line.replay(full)).toEqual({ ...sum, replayed: 4, facts: 4 })
    expect(line.logged).toEqual(ids)
  })
})

describe('what cannot be sent again', () => {
  it('stays, and is counted: pieces, what was cut, what masking has broken', async () => {
    const line = new Line()
    await refuse(line, ['A0'], { text: 'x'.repeat(100_000) })
    const refusal = { stage: 'decode', code: 'bad-syntax', detail: 'row 3: ragged' } as const
    await line.pipeline({ mapping: mended }).take([{ refusal, text: 'a;b' }], 'a.csv')
    const at = line.clock.now()
    line.stores.rejections.keep([{ feed: 'air', at, ...refusal, raw: '{"tel": ***}', form: 'message', origin: '' }])
    expect(await line.replay(line.pipeline({ mapping: mended }))).toEqual({ ...sum, notReplayable: 3 })
    expect(line.quarantined).toHaveLength(3)
  })
})

describe('what was masked before it was kept', () => {
  const numbered = '{"kind": "work-order", "id": 工单编号, "at": 1795415400000, "stage": $lowercase(stage)}'
  const idsOf = (line: Line): readonly string[] => [...line.logged].sort()

  it('is not the number of an order: orders of 17 digits come back as they were', async () => {
    const line = new Line()
    const numbers = Array.from({ length: 30 }, (_, index) => `620802${String(20_261_124_000 + index * 37)}`)
    await line.pipeline({ mapping: mistaken }).take(values(...numbers.map((工单编号) => ({ 工单编号, stage: 'received' }))), '')
    expect(line.quarantined).toHaveLength(30)
    expect(await line.replay(line.pipeline({ mapping: numbered }))).toEqual({ ...sum, replayed: 30, facts: 30 })
    expect(idsOf(line)).toEqual(numbers)
  })

  it('keeps messages apart that differ in nothing else', async () => {
    const line = new Line()
    const callers = Array.from({ length: 50 }, (_, index) => ({ stage: 'received', 电话: `138001380${String(10 + index)}` }))
    await line.pipeline({ mapping: mistaken }).take(values(...callers), '')
    expect(line.quarantined).toHaveLength(50)
    expect(new Set(line.stores.rejections.list({ feed: 'air' }).map(({ raw }) => raw)).size).toBe(50)
  })

  it.each([
    ['as it is', '电话'],
    ['in part', '$substring(电话, -4)'],
    ['changed', '$uppercase(电话) & "-" & no'],
    ['counted', '"T" & $length($replace(电话, "*", ""))'],
  ])('makes no id: where a mapping takes one from it %s, the message is refused and stays', async (_, id) => {
    const line = new Line()
    const two = [13_800_138_000, 13_800_138_001].map((电话) => ({ no: 'A', 电话: String(电话), stage: 'received' }))
    await line.pipeline({ mapping: mistaken }).take(values(...two), '')
    const mapping = `{"kind": "work-order", "id": ${id}, "at": 1795415400000, "stage": stage}`
    expect(await line.replay(line.pipeline({ mapping }))).toEqual({ ...sum, replayed: 2, refusedAgain: 2 })
    expect(line.logged).toEqual([])
    expect(line.quarantined).toHaveLength(2)
    expect(line.stores.rejections.list({ feed: 'air' })[0]?.detail).toMatch(/^id or key: made of personal data, which was masked/)
  })

  it('makes no key, and none out of where the message came from', async () => {
    const line = new Line()
    await line.pipeline({ mapping: mistaken }).take(values({ no: 'A0', stage: 'received' }), 'report-13800138000.csv')
    expect(line.stores.rejections.list({ feed: 'air' })[0]?.origin).toBe('report-***.csv')
    const keyed = mended.replace('}', ', "key": $origin}')
    expect(await line.replay(line.pipeline({ mapping: keyed }))).toEqual({ ...sum, replayed: 1, refusedAgain: 1 })
    expect(await line.replay(line.pipeline({ mapping: mended }))).toEqual({ ...sum, replayed: 1, facts: 1 })
  })

  it('does no harm elsewhere: the fact is the one that would have been recorded then', async () => {
    const line = new Line()
    const titled = mended.replace('}', ', "title": title}')
    const order = { no: 'A0', stage: 'received', title: '路灯不亮请回电13800138000', 联系人: '王小明' }
    await line.pipeline({ mapping: titled }).take(values(order), '')
    await line.pipeline({ mapping: mistaken }).take(values(order), '')
    expect(line.stores.rejections.list({ feed: 'air' })[0]?.raw).toMatch(/请回电\*{3}[a-z]{8}","联系人":"\*{3}[a-z]{8}"/)
    expect(await line.replay(line.pipeline({ mapping: titled }))).toEqual({ ...sum, replayed: 1, duplicates: 1 })
  })
})

describe('a body that was refused as a whole', () => {
  const orders = { mapping: mended, codec: { name: 'json', rows: 'data.list' } }

  it('is taken apart once its codec is mended', async () => {
    const line = new Line()
    const body = Buffer.from('{"list":[{"no":"A0","stage":"received"},{"no":"A1","stage":"received"}]}')
    await line.pipeline(orders).deliver({ body, origin: 'air/1' })
    expect(line.quarantined).toHaveLength(1)
    expect(await line.replay(line.pipeline(orders))).toEqual({ ...sum, replayed: 1, refusedAgain: 1 })
    const codec = { name: 'json', rows: 'list' }
    expect(await line.replay(line.pipeline({ mapping: mended, codec }))).toEqual({ ...sum, replayed: 1, facts: 2 })
    expect(line.logged).toEqual(['A0', 'A1'])
    expect(line.quarantined).toEqual([])
  })

  it('in GB18030 is read as what it says, though it is kept as text', async () => {
    const line = new Line()
    // {"list":[{"no":"城管","stage":"received"}]}
    const name = Buffer.from([0xb3, 0xc7, 0xb9, 0xdc])
    const body = Buffer.concat([Buffer.from('{"list":[{"no":"'), name, Buffer.from('","stage":"received"}]}')])
    const gb = { name: 'json', encoding: 'gb18030' }
    await line.pipeline({ mapping: mended, codec: { ...gb, rows: 'data' } }).deliver({ body, origin: '' })
    expect(await line.replay(line.pipeline({ mapping: mended, codec: { ...gb, rows: 'list' } }))).toEqual({ ...sum, replayed: 1, facts: 1 })
    expect(line.logged).toEqual(['城管'])
  })
})

import fc from 'fast-check'
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { topicKinds, topicName } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import type { EventLog } from '../../server/store/event-log.ts'
import { loadWorld, startHistorian } from '../../server/store/historian.ts'
import type { Historian } from '../../server/store/historian.ts'
import { districtLife } from '../support/district-life.ts'
import type { Told } from '../support/district-life.ts'
import { start, viewing, workOrder } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'
import { delegating } from './delegated-log.ts'
import { temporaryFolder } from './temporary-folder.ts'

// threads start slowly on a busy machine
vi.setConfig({ testTimeout: 60_000 })

const registry = registryWith()
const topics = topicKinds.filter((kind) => kind !== 'server').map((kind) => topicName(kind, '620802'))
let life: Told[]

beforeAll(() => {
  life = [...districtLife({ from: start, days: 2, ordersPerDay: 150, indicators: ['satisfaction', 'on_time_rate', 'data_growth'] })]
})

function opened(directory: string): EventLog {
  const log = openEventLog({ directory })
  onTestFinished(() => log.close())
  return log
}

function historianOf(directory: string): Historian {
  const configurationModule = new URL('./worker-configuration.ts', import.meta.url).href
  const historian = startHistorian({ directory, configDirectory: directory, configurationModule, feeds: [...registry.feeds.values()] })
  onTestFinished(() => historian.close())
  return historian
}

/** Records a part of the life, given as shares of the whole. */
function live(log: EventLog, from: number, to: number): void {
  const part = life.slice(Math.floor(from * life.length), Math.floor(to * life.length))
  for (const { at, feed, facts } of part) log.append([{ feed, facts: facts.map((fact) => JSON.stringify(fact)) }], at)
}

/** The plain way: every entry from the first on, nothing else. */
function foldedTo(log: EventLog, untilAt = Infinity): World {
  const world = new World(registry)
  for (const entry of log.entries({ after: 0, untilAt })) world.apply(entry)
  return world
}

/** All that a world can be seen to be, as the wire would carry it. */
const seen = (world: World): unknown => ({ seq: world.seq, at: world.at, topics: onWire(world.read(topics)) })
const onWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const checkpointsIn = (directory: string): string[] => readdirSync(join(directory, 'checkpoints')).sort((a, b) => parseInt(a) - parseInt(b))

/** Catches what is told on stderr. */
function stderrOf(work: () => void): string[] {
  const told: string[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0)
  try {
    work()
  } finally {
    spy.mockRestore()
  }
  return told
}

interface CheckpointText {
  readonly name: string
  readonly text: string
}

describe('loading the world', () => {
  test('checkpoint and the rest of the log give what the whole log gives', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.6)
    const historian = historianOf(directory)
    expect(await historian.checkpoint()).toBe(log.lastSeq)
    live(log, 0.6, 1)
    const loaded = loadWorld(log, registry, directory)
    expect(seen(loaded)).toEqual(seen(foldedTo(log)))
    expect(loaded.drain().size).toBe(0)
    // a world that was restored must also go on as one that was not
    const whole = foldedTo(log)
    live(log, 0, 0.2)
    for (const entry of log.entries({ after: whole.seq })) {
      loaded.apply(entry)
      whole.apply(entry)
    }
    expect(seen(loaded)).toEqual(seen(whole))
  })

  test('an empty log is an empty world', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    expect(loadWorld(log, registry, directory).seq).toBe(0)
    const historian = historianOf(directory)
    expect(await historian.checkpoint()).toBe(0)
    expect(await historian.stateAt(topics, start)).toBeUndefined()
  })

  test('the checkpoint is really used', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.1)
    await historianOf(directory).checkpoint()
    const read: number[] = []
    const watched = delegating(log, {
      entries(range) {
        read.push(range.after)
        return log.entries(range)
      },
    })
    loadWorld(watched, registry, directory)
    expect(read).toEqual([log.lastSeq])
  })

  test.each<[string, (file: CheckpointText) => CheckpointText, RegExp]>([
    ['cut short', ({ name, text }) => ({ name, text: text.slice(0, text.length / 2) }), /ignored: .*JSON/],
    ['with a state no world can be made of', ({ name, text }) => ({ name, text: text.replace(/"state":.*$/s, '"state":7}') }), /ignored/],
    ['of an entry the log does not hold yet', ({ text }) => ({ name: '99999999-5.json', text }), /^$/],
    [
      'of an entry recorded at another instant',
      ({ name, text }) => ({ name: name.replace('.json', '0.json'), text }),
      /the log does not hold the entry/,
    ],
  ])('a checkpoint %s is passed over for the one before', async (_, damage, reason) => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const historian = historianOf(directory)
    live(log, 0, 0.2)
    await historian.checkpoint()
    live(log, 0.2, 0.3)
    await historian.checkpoint()
    await historian.close()
    const name = checkpointsIn(directory).at(-1) ?? ''
    const damaged = damage({ name, text: readFileSync(join(directory, 'checkpoints', name), 'utf8') })
    rmSync(join(directory, 'checkpoints', name))
    writeFileSync(join(directory, 'checkpoints', damaged.name), damaged.text)
    live(log, 0.3, 0.4)
    const told = stderrOf(() => {
      expect(seen(loadWorld(log, registry, directory))).toEqual(seen(foldedTo(log)))
    })
    expect(told.join('')).toMatch(reason)
  })

  test('a checkpoint of another configuration is not used', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.1)
    await historianOf(directory).checkpoint()
    const other = registryWith({ fingerprint: 'other' })
    const told = stderrOf(() => {
      expect(loadWorld(log, other, directory).seq).toBe(log.lastSeq)
    })
    expect(told).toEqual([expect.stringMatching(/^checkpoint \d+-\d+\.json is ignored: .*configuration/)])
  })
})

describe('the past', () => {
  test('is what a fresh fold up to that instant gives, whatever was asked before', { timeout: 180_000 }, async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const historian = historianOf(directory)
    for (const share of [0.2, 0.5, 0.8]) {
      live(log, share - 0.2, share)
      await historian.checkpoint()
    }
    live(log, 0.8, 1)
    const instant = fc.integer({ min: start - minuteMs, max: start + 2 * dayMs + minuteMs })
    await fc.assert(
      fc.asyncProperty(fc.array(instant, { minLength: 1, maxLength: 4 }), async (instants) => {
        for (const at of instants) {
          const state = await historian.stateAt(topics, at)
          const fresh = foldedTo(log, at)
          expect(state && onWire(state)).toEqual(fresh.seq === 0 ? undefined : seen(fresh))
        }
      }),
      { numRuns: 8, seed: 620_802 },
    )
  })

  test('goes on in steps that give what a fresh fold gives at each of them, whoever asks in between', { timeout: 180_000 }, async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const historian = historianOf(directory)
    live(log, 0, 0.5)
    await historian.checkpoint()
    live(log, 0.5, 1)
    const instant = fc.integer({ min: start + minuteMs, max: start + dayMs })
    await fc.assert(
      fc.asyncProperty(instant, fc.integer({ min: 1, max: 90 }), instant, async (from, minutes, elsewhere) => {
        const begin = await historian.stateAt(topics, from)
        if (begin === undefined) throw new Error('the log begins before')
        const held = new Map(Object.entries(begin.topics).map(([topic, entities]) => [topic, new Map(entities.map((one) => [one.id, one]))]))
        await historian.stateAt(topics, elsewhere)
        const asked = { after: begin.seq, from, until: from + 5 * minutes * minuteMs, stepMs: minutes * minuteMs }
        const stretch = await historian.stretch({ ...asked, topics })
        for (const step of stretch?.steps ?? []) {
          for (const [topic, { upsert = [], remove = [] }] of Object.entries(step.patches)) {
            for (const id of remove) held.get(topic)?.delete(id)
            for (const entity of upsert) held.get(topic)?.set(entity.id, entity)
          }
          const fresh = foldedTo(log, step.at)
          expect(step.seq).toBe(fresh.seq)
          for (const topic of topics) {
            const byId = (entities: Iterable<{ readonly id: string }>): unknown => onWire([...entities].sort((a, b) => (a.id < b.id ? -1 : 1)))
            expect(byId(held.get(topic)?.values() ?? [])).toEqual(byId(fresh.read([topic])[topic] ?? []))
          }
        }
        // a second screen in step, with one topic: the same, no more and no less
        const [one = ''] = topics
        const second = await historian.stretch({ ...asked, topics: [one] })
        expect(second?.steps.map(({ patches }) => patches[one])).toEqual(stretch?.steps.flatMap(({ patches }) => patches[one] ?? []))
      }),
      { numRuns: 6, seed: 620_802 },
    )
  })

  test('after an entry that the log does not hold nothing goes on', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.05)
    const asked = { topics, after: log.lastSeq + 1, from: start, until: start + minuteMs, stepMs: minuteMs }
    const historian = historianOf(directory)
    expect(await historian.stretch(asked)).toBeUndefined()
    // nor after one that is not what there was when it begins
    const { seq = 0 } = (await historian.stateAt(topics, log.lastAt)) ?? {}
    expect(await historian.stretch({ ...asked, after: seq, from: start - minuteMs, until: start })).toBeUndefined()
  })

  test('who watched is told as it stood at any instant', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const watched = [viewing(), viewing({ id: 'V2', at: start + minuteMs }), viewing({ phase: 'ended', at: start + 2 * minuteMs })]
    for (const fact of watched) log.append([{ feed: 'system', facts: [JSON.stringify(fact)] }], fact.at)
    const historian = historianOf(directory)
    const idsAt = async (to: number): Promise<unknown> => (await historian.viewings({ to, limit: 9 })).map(({ id, endedAt }) => [id, endedAt])
    expect(await idsAt(start - 1)).toEqual([])
    expect(await idsAt(start)).toEqual([['V1', undefined]])
    expect(await idsAt(start + 2 * minuteMs)).toEqual([
      ['V2', undefined],
      ['V1', start + 2 * minuteMs],
    ])
  })

  test('only the topics asked for are answered, and the log may have grown since', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const historian = historianOf(directory)
    live(log, 0, 0.1)
    const before = await historian.stateAt(['work-orders@620802'], log.lastAt)
    expect(before && Object.keys(before.topics)).toEqual(['work-orders@620802'])
    expect([before?.seq, before?.at]).toEqual([log.lastSeq, log.lastAt])
    live(log, 0.1, 0.2)
    expect((await historian.stateAt(topics, log.lastAt + dayMs))?.seq).toBe(log.lastSeq)
  })
})

describe('the thread', () => {
  test('writes no second checkpoint of the same entry', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.05)
    const historian = historianOf(directory)
    await historian.checkpoint()
    const [name = ''] = checkpointsIn(directory)
    appendFileSync(join(directory, 'checkpoints', name), '\n')
    expect(await historian.checkpoint()).toBe(log.lastSeq)
    expect(readFileSync(join(directory, 'checkpoints', name), 'utf8')).toMatch(/\n$/)
  })

  test('that dies fails what was asked, and the next question starts another', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.05)
    writeFileSync(join(directory, 'die'), '')
    const historian = historianOf(directory)
    const asked = await Promise.allSettled([historian.checkpoint(), historian.stateAt(topics, log.lastAt)])
    for (const outcome of asked)
      expect(outcome.status === 'rejected' && String(outcome.reason)).toMatch(/the historian stopped before it could answer: exit code 3/)
    expect(await historian.checkpoint()).toBe(log.lastSeq)
  })

  test('answers with a disk that takes no checkpoint, and goes on', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    live(log, 0, 0.05)
    mkdirSync(join(directory, 'checkpoints', `${String(log.lastSeq)}-${String(log.lastAt)}.json`, 'in the way'), { recursive: true })
    const historian = historianOf(directory)
    await expect(historian.checkpoint()).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|directory/)
    expect((await historian.stateAt(topics, log.lastAt))?.seq).toBe(log.lastSeq)
  })

  test('goes by the feeds it was given, so that a file being edited in config/feeds stops nothing', async () => {
    const directory = temporaryFolder()
    const configDirectory = join(directory, 'config')
    cpSync(new URL('../../config', import.meta.url), configDirectory, { recursive: true })
    writeFileSync(join(configDirectory, 'feeds/hotline.yaml'), 'id: hotline\nmapping: |\n  {\ncadenceSeconds: [')
    const log = opened(directory)
    // a log that says nothing of its feeds yet
    log.append([{ feed: 'hotline', facts: [JSON.stringify(workOrder())] }], start)
    const historian = startHistorian({ directory, configDirectory, feeds: [...registry.feeds.values()] })
    onTestFinished(() => historian.close())
    expect(await historian.checkpoint()).toBe(1)
    const state = await historian.stateAt(['work-orders@620802'], start)
    expect(state?.topics['work-orders@620802']).toMatchObject([{ id: 'W1', stage: 'received' }])
  })

  test('reads the real configuration, and says what is wrong with it', async () => {
    const directory = temporaryFolder()
    opened(directory)
    const historian = startHistorian({ directory, configDirectory: join(directory, 'no configuration here'), feeds: [] })
    onTestFinished(() => historian.close())
    await expect(historian.checkpoint()).rejects.toThrow(/the historian cannot read the configuration:\n.*app\.yaml/)
  })

  test('is closed once and for all', async () => {
    const directory = temporaryFolder()
    opened(directory)
    const historian = historianOf(directory)
    const asked = historian.checkpoint()
    await Promise.all([historian.close(), expect(asked).rejects.toThrow('closed')])
    await expect(historian.checkpoint()).rejects.toThrow('closed')
    await historian.close()
  })
})

// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { App, EffectScope } from 'vue'
import { createApp, effectScope, ref, watch } from 'vue'
import { provideLive, useLink, useServerClock, useTopic } from '../../client/src/live/use-topic.ts'
import type { Frame, HelloAnswer, Patch } from '../../contract/protocol.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import { town } from '../support/fake-source.ts'
import type { OpenedWire } from '../support/fake-wire.ts'
import { fakeWires } from '../support/fake-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'

const serverStart = 1_700_000_000_250

let app: App
let timers: ManualClock
let opened: OpenedWire[]
let repaints: (() => void)[]
let reloads: number
let scope: EffectScope

beforeEach(() => {
  timers = new ManualClock(0)
  repaints = []
  reloads = 0
  sessionStorage.clear()
  const wires = fakeWires()
  opened = wires.opened
  app = createApp({ render: () => null })
  provideLive(app, { build: () => 'b', openWire: wires.openWire, timers, beforeRepaint: (task) => repaints.push(task), reload: () => (reloads += 1) })
  scope = effectScope()
})

afterEach(() => {
  scope.stop()
})

const inApp = <T>(setup: () => T): T => {
  const [made] = app.runWithContext(() => scope.run(() => [setup()] as const)) ?? []
  // The scope runs until the test is over; what setup answers may itself be undefined.
  return made as T
}
const repaint = (): void => {
  for (const task of repaints.splice(0)) task()
}
const frame = (seq: number, patches: Record<TopicName, Patch> = {}): Frame => ({ epoch: 'e.1', seq, now: serverStart + timers.now(), patches })
const snapshot = (topics: Record<TopicName, readonly Entity[]>, build = 'b'): HelloAnswer => ({
  type: 'snapshot',
  epoch: 'e.1',
  seq: 0,
  now: serverStart + timers.now(),
  build,
  topics,
})
function wire(): OpenedWire {
  const [first] = opened
  if (first === undefined) throw new Error('nothing was opened')
  return first
}
async function answer(topics: Record<TopicName, readonly Entity[]>, build?: string): Promise<void> {
  await Promise.resolve()
  wire().onOpen()
  wire().hellos.at(-1)?.answer(snapshot(topics, build))
  repaint()
}

const here = 'subdistricts@620802'
const there = 'subdistricts@620821'

describe('useTopic', () => {
  test('is empty, then holds the topic; one change per animation frame however many frames', async () => {
    const towns = inApp(() => useTopic('subdistricts', '620802'))
    expect(towns.value).toEqual(new Map())
    let changes = 0
    watch(towns, () => (changes += 1), { flush: 'sync' })
    await answer({ [here]: [town('a', 1)] })
    expect(towns.value).toEqual(new Map([['a', town('a', 1)]]))
    for (let seq = 1; seq <= 30; seq++) wire().onFrame(frame(seq, { [here]: { upsert: [town('a', seq)] } }))
    expect(changes).toBe(1)
    repaint()
    expect(changes).toBe(2)
    expect(towns.value.get('a')?.open).toBe(30)
  })

  test('[P2.5] keeps its Map through heartbeats and through changes of other topics', async () => {
    const towns = inApp(() => useTopic('subdistricts', '620802'))
    inApp(() => useTopic('feeds', '620802'))
    await answer({ [here]: [town('a', 1)], 'feeds@620802': [] })
    const before = towns.value
    wire().onFrame(frame(1))
    wire().onFrame(frame(2, { 'feeds@620802': { upsert: [town('x', 1)] } }))
    repaint()
    expect(towns.value).toBe(before)
  })

  test('panels of one turn share one hello', async () => {
    inApp(() => {
      useTopic('subdistricts', '620802')
      useTopic('feeds', '620802')
      useTopic('server', '620802')
      useTopic('subdistricts', '620802')
    })
    await answer({})
    expect(wire().hellos.map(({ hello }) => hello.topics)).toEqual([['feeds@620802', 'server', here]])
  })

  test('follows its district', async () => {
    const district = ref('620802')
    const towns = inApp(() => useTopic('subdistricts', district))
    await answer({ [here]: [town('a', 1)] })
    district.value = '620821'
    expect(towns.value.size).toBe(0)
    await Promise.resolve()
    timers.advance(250)
    expect(wire().hellos.at(-1)?.hello.topics).toEqual([there])
    wire()
      .hellos.at(-1)
      ?.answer({ ...snapshot({ [there]: [town('z', 1)] }), epoch: 'e.2' } as HelloAnswer)
    repaint()
    expect([...towns.value.keys()]).toEqual(['z'])
  })

  test('a late panel sees at once what is held', async () => {
    inApp(() => useTopic('subdistricts', '620802'))
    await answer({ [here]: [town('a', 1)] })
    expect(inApp(() => useTopic('subdistricts', '620802')).value.size).toBe(1)
  })

  test('a disposed panel is told nothing more', async () => {
    const towns = inApp(() => useTopic('subdistricts', '620802'))
    await answer({ [here]: [town('a', 1)] })
    const before = towns.value
    scope.stop()
    wire().onFrame(frame(1, { [here]: { upsert: [town('a', 2)] } }))
    repaint()
    expect(towns.value).toBe(before)
  })

  test('without provideLive says what is missing', () => {
    const bare = createApp({ render: () => null })
    expect(() => bare.runWithContext(() => useLink())).toThrow('call provideLive(app)')
  })
})

describe('useServerClock and useLink', () => {
  test('[P6.1] turns with the server seconds; 0 before the first frame', async () => {
    const serverNow = inApp(() => useServerClock())
    inApp(() => useTopic('subdistricts', '620802'))
    expect(serverNow.value).toBe(0)
    await answer({ [here]: [] })
    timers.advance(100)
    expect(serverNow.value).toBe(serverStart + 100)
    timers.advance(649)
    expect(serverNow.value).toBe(serverStart + 100)
    timers.advance(1)
    expect(serverNow.value).toBe(serverStart + 750)
    expect(serverNow.value % 1_000).toBe(0)
  })

  test('[P5.1] the link goes from connecting to live to stalled', async () => {
    const link = inApp(() => useLink())
    inApp(() => useTopic('subdistricts', '620802'))
    expect(link.value.state).toBe('connecting')
    await answer({ [here]: [] })
    expect(link.value.state).toBe('live')
    timers.advance(5_250)
    expect(link.value).toMatchObject({ state: 'stalled', since: serverStart })
  })

  test('[P7.1] another build reloads the page', async () => {
    inApp(() => useTopic('subdistricts', '620802'))
    await answer({ [here]: [] }, 'another')
    expect(reloads).toBe(1)
  })

  test('unmounting the app closes the wire', async () => {
    inApp(() => useTopic('subdistricts', '620802'))
    await answer({ [here]: [] })
    app.mount(document.createElement('div'))
    app.unmount()
    expect(wire().isClosed).toBe(true)
  })
})

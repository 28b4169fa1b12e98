// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { computed, defineComponent, h, nextTick } from 'vue'
import { expect, onTestFinished, test } from 'vitest'
import type { Configuration } from '../../contract/configuration.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import { emptyView } from '../../contract/wall.ts'
import type { WallState, WallView } from '../../contract/wall.ts'
import type { WallPast } from '../../contract/wall-past.ts'
import { providePlayback } from '../../client/src/live/use-playback.ts'
import type { PlaybackControl } from '../../client/src/live/use-playback.ts'
import { provideLive, useTopic } from '../../client/src/live/use-topic.ts'
import { orderedNow } from '../../client/src/screen/ordered.ts'
import { useDrivenPast } from '../../client/src/screen/use-driven-past.ts'
import type { DrivenPast } from '../../client/src/screen/use-driven-past.ts'
import { start } from '../support/facts.ts'
import { fakeWires } from '../support/fake-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { district } from '../support/registry.ts'

const topic = 'walls@620802'
const wallOf = (view: Partial<WallView>, command: number): WallState => ({
  id: 'w1',
  name: '大厅主屏',
  profile: undefined,
  group: undefined,
  enrolledAt: start,
  enrolledBy: '张三',
  view: { ...emptyView, ...view },
  emergency: undefined,
  lock: undefined,
  command,
  commandAt: start,
  commandBy: '张三',
  undoable: 0,
})
const from = start - 60 * minuteMs
const past = (given: Partial<WallPast> = {}): WallPast => ({ from, until: undefined, speed: 60, since: start, ...given })
/** what it was ordered then: perception, and half an hour later the dispatch screen */
const then = (at: number): WallState =>
  at < from + 30 * minuteMs
    ? wallOf({ screen: 'perceive', district: '620802', isGuest: false }, 4)
    : wallOf({ screen: 'dispatch', district: '620802', past: past({ from: 7 }) }, 5)

const configuration: Pick<Configuration, 'app' | 'districts' | 'scenes'> = {
  app: { defaultDistrict: '620802', schedule: [], holdMinutes: 30, presenterMinutes: 10 },
  districts: [district({ id: '620802' })],
  scenes: [],
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve()
  await nextTick()
}

async function room() {
  const timers = new ManualClock(0)
  const wires = fakeWires()
  const asked: number[] = []
  // both are set when the wall is mounted
  const seen = {} as { driven: DrivenPast; playback: PlaybackControl }
  const Wall = defineComponent(() => {
    const port = {
      stateAt: (_topics: readonly string[], at: number) => {
        asked.push(at)
        return Promise.resolve({ seq: 1, at, topics: { [topic]: [then(at)] } })
      },
      stretch: ({ until }: { readonly until: number }) =>
        Promise.resolve({ seq: 1, until, steps: [{ seq: 1, at: until, patches: { [topic]: { upsert: [then(until)] } } }] }),
    }
    const walls = useTopic('walls', '620802')
    seen.playback = providePlayback(port, timers)
    const wall = computed(() => walls.value.get('w1'))
    seen.driven = useDrivenPast({ wall, district: () => '620802', playback: seen.playback, holdMinutes: 30 })
    return () => h('p')
  })
  const live = { build: () => 'b', openWire: wires.openWire, timers, beforeRepaint: (task: () => void) => task() }
  const wrapper = mount(Wall, { global: { plugins: [{ install: (app) => void provideLive(app, live) }] } })
  onTestFinished(() => {
    wrapper.unmount()
  })
  await settled()
  const [wire] = wires.opened
  if (wire === undefined) throw new Error('no wire was opened')
  wire.onOpen()
  const now = wallOf({ screen: 'overview', district: '620802', isGuest: true }, 8)
  wire.hellos.at(-1)?.answer({ ...{ type: 'snapshot', epoch: 'e', seq: 0, now: start, build: 'b' }, topics: { [topic]: [now] } })
  let seq = 0
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) {
      timers.advance(Math.min(250, left))
      await settled()
    }
  }
  await pass(100)
  return {
    asked,
    pass,
    ...seen,
    order: async (view: Partial<WallView>, command: number): Promise<void> => {
      seq += 1
      const next = wallOf({ screen: 'overview', district: '620802', isGuest: true, ...view }, command)
      wire.onFrame({ epoch: 'e', seq, now: start + timers.now(), patches: { [topic]: { upsert: [next] } } })
      await settled()
      await settled()
    },
    /** screen, whether guests look on, and whether the past is shown */
    shown: () => {
      const { screen, isGuest } = orderedNow(seen.driven.wall.value, { configuration, now: seen.driven.clock.value, isOnSchedule: true })
      return [screen, isGuest, seen.playback.status.value !== undefined]
    },
  }
}

test('a past that is ordered is shown where every other wall has it, with what this one showed then, and who is in the room now', async () => {
  const { order, pass, shown, playback, driven } = await room()
  expect(shown()).toEqual(['overview', true, false])
  const before = driven.turn.value
  await order({ past: past() }, 9)
  await pass(10 * secondMs)
  expect(shown()).toEqual(['perceive', true, true])
  expect(driven.turn.value).not.toBe(before)
  // by the server's time since the command, and not since this wall heard of it
  expect(Math.abs(playback.at.value - (from + (10_000 + 100) * 60))).toBeLessThanOrEqual(60 * 250)
  await pass(25 * secondMs)
  expect(shown()).toEqual(['dispatch', true, true])
})

test('the present comes back by the desk, by the clock, and by a hand at the wall until the next order', async () => {
  const { order, pass, shown, driven } = await room()
  await order({ past: past({ speed: 0 }) }, 9)
  await pass(secondMs)
  expect([driven.isOn.value, ...shown()]).toEqual([true, 'perceive', true, true])
  await order({ screen: 'dispatch' }, 10)
  expect([driven.isOn.value, ...shown()]).toEqual([false, 'dispatch', true, false])
  await order({ past: past({ speed: 0, until: undefined, since: start - 29.9 * minuteMs }) }, 11)
  expect(driven.isOn.value).toBe(true)
  await pass(10 * secondMs)
  expect([driven.isOn.value, ...shown()]).toEqual([false, 'overview', true, false])
  await order({ past: past({ since: start + minuteMs }) }, 12)
  driven.leave()
  await settled()
  expect([driven.isOn.value, ...shown()]).toEqual([false, 'overview', true, false])
  await order({ past: past({ since: start + minuteMs }), isGuest: false }, 13)
  expect(driven.isOn.value).toBe(true)
})

test('another order to a wall in the past does not begin the same stretch again', async () => {
  const { order, pass, asked } = await room()
  await order({ past: past() }, 9)
  await pass(secondMs)
  const count = asked.length
  await order({ past: past(), isGuest: false }, 10)
  await pass(secondMs)
  expect(asked).toHaveLength(count)
})

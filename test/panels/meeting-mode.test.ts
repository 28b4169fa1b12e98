// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref } from 'vue'
import { expect, onTestFinished, test } from 'vitest'
import type { MeetingState } from '../../contract/meeting.ts'
import type { SubdistrictSummary } from '../../contract/topic.ts'
import { secondMs } from '../../contract/time.ts'
import { useMeetingMode } from '../../client/src/meeting/use-meeting-mode.ts'
import type { MeetingMode } from '../../client/src/meeting/use-meeting-mode.ts'
import { providePlayback } from '../../client/src/live/use-playback.ts'
import { provideLive, useServerClock, useTopic } from '../../client/src/live/use-topic.ts'
import { town } from '../support/fake-source.ts'
import { fakeWires } from '../support/fake-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { start } from '../support/facts.ts'
import { meetingState } from '../support/meeting-state.ts'

const topic = 'subdistricts@620802'
const meetings = 'meetings@620802'
const cutOffAt = start - 60_000
const running = meetingState({ cutOffAt })
const closed: MeetingState = { ...running, state: 'closed', closedAt: start, closedBy: '值班员甲' }
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve()
  await nextTick()
}

/** A wall with one panel; one town has 5 open orders now, and had 2 at any instant of the past. */
async function wall(screen: 'dispatch' | 'overview', told: readonly MeetingState[]) {
  const timers = new ManualClock(0)
  const wires = fakeWires()
  const asked: number[] = []
  let [isBroken, seq] = [false, 0]
  const isPastOrdered = ref(false)
  // both are set when the wall is mounted
  const seen = {} as { mode: MeetingMode; towns: ReturnType<typeof useTopic<'subdistricts'>>; screen: 'dispatch' | 'overview' }
  seen.screen = screen
  const Panel = defineComponent(() => {
    const towns = useTopic('subdistricts', '620802')
    seen.towns = towns
    return () => null
  })
  const Wall = defineComponent(() => {
    const present = useServerClock()
    const port = {
      stateAt: (_topics: readonly string[], at: number) => {
        asked.push(at)
        return isBroken ? Promise.reject(new Error('no answer')) : Promise.resolve({ seq: 1, at, topics: { [topic]: [town('a', 2)] } })
      },
      stretch: () => Promise.resolve({ seq: 1, until: start, steps: [] }),
    }
    const playback = providePlayback(port, timers)
    seen.mode = useMeetingMode({
      district: () => '620802',
      screen: () => seen.screen,
      playback,
      present: () => present.value,
      isPastOrdered: () => isPastOrdered.value,
    })
    return () => h(Panel)
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
  wire.hellos.at(-1)?.answer({
    ...{ type: 'snapshot', epoch: 'e', seq: 0, now: start, build: 'b' },
    topics: { [topic]: [town('a', 5)], [meetings]: told },
  })
  const pass = async (ms: number): Promise<void> => {
    timers.advance(ms)
    await settled()
    // what was asked for is there, and shown
    await settled()
  }
  await pass(secondMs)
  return {
    asked,
    view: () => seen.mode.view.value,
    open: (): SubdistrictSummary['open'] | undefined => seen.towns.value.get('a')?.open,
    isBeside: () => seen.mode.isBeside.value,
    async orderPast(is: boolean) {
      isPastOrdered.value = is
      await settled()
      await settled()
    },
    breakPast: (broken: boolean) => (isBroken = broken),
    pass,
    async press(key: string) {
      window.dispatchEvent(new KeyboardEvent('keydown', { key }))
      await settled()
      await settled()
    },
    async tell(meeting: MeetingState) {
      seq += 1
      wire.onFrame({ epoch: 'e', seq, now: start + secondMs, patches: { [meetings]: { upsert: [meeting] } } })
      await settled()
      await settled()
    },
  }
}

test('the dispatch screen shows a meeting as soon as it is opened, with the figures of the cut-off, and the present when it is closed', async () => {
  const room = await wall('dispatch', [])
  expect([room.view(), room.open()]).toEqual(['present', 5])
  await room.tell(running)
  expect([room.view(), room.open(), room.asked]).toEqual(['meeting', 2, [cutOffAt]])
  await room.tell(closed)
  expect([room.view(), room.open()]).toEqual(['present', 5])
})

test('a past that a desk orders goes before the meeting, which is left alone meanwhile and comes back after it', async () => {
  const room = await wall('dispatch', [running])
  await room.orderPast(true)
  // whoever ordered the past has it shown: the meeting does not end it
  expect([room.view(), room.open()]).toEqual(['present', 2])
  await room.orderPast(false)
  expect([room.view(), room.open(), room.asked]).toEqual(['meeting', 2, [cutOffAt, cutOffAt]])
})

test('a wall that is switched on in the middle of a meeting comes to the same picture', async () => {
  const room = await wall('dispatch', [running])
  expect([room.view(), room.open()]).toEqual(['meeting', 2])
})

test('any other screen stays in the present until somebody asks for the meeting, and goes back', async () => {
  const room = await wall('overview', [running])
  expect([room.view(), room.open(), room.asked]).toEqual(['present', 5, []])
  await room.press('m')
  expect([room.view(), room.open()]).toEqual(['meeting', 2])
  await room.press('s')
  expect([room.view(), room.open()]).toEqual(['snapshot', 2])
  await room.press('s')
  await room.press('M')
  expect([room.view(), room.open()]).toEqual(['present', 5])
})

test('live values are set beside by a key, and not without a meeting', async () => {
  const room = await wall('dispatch', [running])
  await room.press('n')
  expect(room.isBeside()).toBe(true)
  await room.press('n')
  expect(room.isBeside()).toBe(false)
  await room.tell(closed)
  for (const key of ['m', 's', 'n']) await room.press(key)
  expect([room.view(), room.isBeside()]).toEqual(['present', false])
})

test('while the past cannot be had, what is shown stays, and it is asked for again every ten seconds', async () => {
  const room = await wall('dispatch', [])
  room.breakPast(true)
  await room.tell(running)
  expect([room.view(), room.open(), room.asked.length]).toEqual(['meeting', 5, 1])
  room.breakPast(false)
  for (let second = 0; second < 12; second += 1) await room.pass(secondMs)
  expect([room.open(), room.asked.length]).toEqual([2, 2])
})

// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { expect, onTestFinished, test } from 'vitest'
import type { HelloAnswer } from '../../contract/protocol.ts'
import type { SubdistrictSummary } from '../../contract/topic.ts'
import { providePlayback, useIsPast } from '../../client/src/live/use-playback.ts'
import type { PlaybackControl } from '../../client/src/live/use-playback.ts'
import { provideLive, useServerClock, useTopic } from '../../client/src/live/use-topic.ts'
import { town } from '../support/fake-source.ts'
import { fakeWires } from '../support/fake-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'

const topic = 'subdistricts@620802'
const start = 1_700_000_000_000
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve()
}

interface Seen {
  readonly towns: Readonly<ShallowRef<ReadonlyMap<string, SubdistrictSummary>>>
  readonly clock: Readonly<Ref<number>>
  readonly isPast: Readonly<Ref<boolean>>
}

/** A panel below a replay; the server has told that one town has 5 open orders, and that at any instant of the past it had 2. */
async function house() {
  const timers = new ManualClock(0)
  const wires = fakeWires()
  let control: PlaybackControl | undefined
  let seen: Seen | undefined
  let setups = 0
  const Panel = defineComponent(() => {
    setups += 1
    seen = { towns: useTopic('subdistricts', '620802'), clock: useServerClock(), isPast: useIsPast() }
    return () => null
  })
  const Above = defineComponent(() => {
    const port = {
      stateAt: () => Promise.resolve({ seq: 1, at: start, topics: { [topic]: [town('a', 2)] } }),
      stretch: () => Promise.resolve({ seq: 1, until: start, steps: [] }),
    }
    control = providePlayback(port, timers)
    return () => h(Panel)
  })
  const live = { build: () => 'b', openWire: wires.openWire, timers, beforeRepaint: (task: () => void) => task() }
  const wrapper = mount(Above, { global: { plugins: [{ install: (app) => void provideLive(app, live) }] } })
  onTestFinished(() => {
    wrapper.unmount()
  })
  await settled()
  const [wire] = wires.opened
  wire?.onOpen()
  const snapshot: HelloAnswer = { type: 'snapshot', epoch: 'e', seq: 0, now: start, build: 'b', topics: { [topic]: [town('a', 5)] } }
  wire?.hellos.at(-1)?.answer(snapshot)
  timers.advance(1_000)
  if (control === undefined || seen === undefined || wire === undefined) throw new Error('nothing was set up')
  const open = (): number | undefined => seen?.towns.value.get('a')?.open
  return { timers, wire, control, seen, open, setups: () => setups }
}

test('the same panel shows the past, and the present again, without being made anew', async () => {
  const { timers, control, seen, open, setups } = await house()
  expect([open(), seen.isPast.value]).toEqual([5, false])
  control.begin(start - 60_000)
  // until the past has been told, what is shown stays
  expect(open()).toBe(5)
  await settled()
  timers.advance(250)
  expect([open(), seen.isPast.value, seen.clock.value]).toEqual([2, true, start - 60_000])
  control.end()
  expect([open(), seen.isPast.value]).toEqual([5, false])
  expect(seen.clock.value).toBeGreaterThanOrEqual(start)
  expect(setups()).toBe(1)
})

test('what happens in the present meanwhile is there when it comes back, and not before', async () => {
  const { wire, control, open } = await house()
  control.begin(start - 60_000)
  await settled()
  wire.onFrame({ epoch: 'e', seq: 1, now: start, patches: { [topic]: { upsert: [town('a', 9)] } } })
  expect(open()).toBe(2)
  control.end()
  expect(open()).toBe(9)
})

test('two presses in a row move twice: the second goes on from where the first led, before anything of it has come', async () => {
  const { timers, control } = await house()
  control.begin(start - 60_000)
  await settled()
  timers.advance(250)
  control.begin(control.at.value - 300_000)
  control.begin(control.at.value - 300_000)
  expect(control.at.value).toBe(start - 660_000)
})

// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import { computed, defineComponent, effectScope, h, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Configuration } from '../../contract/configuration.ts'
import type { Scene } from '../../contract/scene.ts'
import { emptyView } from '../../contract/wall.ts'
import type { WallReport, WallView } from '../../contract/wall.ts'
import { useMapView } from '../../client/src/panels/map/use-map-view.ts'
import { useSwitches } from '../../client/src/panels/map/use-switches.ts'
import { useFullScreen } from '../../client/src/panels/video/full-screen.ts'
import { useSavedChoice } from '../../client/src/panels/video/saved-choice.ts'
import { undriven } from '../../client/src/screen/driven.ts'
import type { Driven } from '../../client/src/screen/driven.ts'
import { orderedNow } from '../../client/src/screen/ordered.ts'
import type { Ordered } from '../../client/src/screen/ordered.ts'
import { scheduledScreen, stepAt } from '../../client/src/screen/schedule.ts'
import { provideSelection } from '../../client/src/screen/selection.ts'
import type { Selection } from '../../client/src/screen/selection.ts'
import { useWallReports } from '../../client/src/screen/use-wall-reports.ts'
import { pictureOf } from '../../client/src/screen/wall-picture.ts'
import { district } from '../support/registry.ts'

const at = (time: string): number => Date.parse(`2026-11-20T${time}+08:00`)
const duty: Scene = {
  id: 'duty',
  name: '值守',
  nameEn: 'On watch',
  steps: [{ screen: 'perceive', dwellSeconds: 60 }],
  layers: ['incidents'],
  cameras: '河道',
}
const turns: Scene = {
  id: 'turns',
  name: '平时',
  nameEn: 'Routine',
  steps: [
    { screen: 'overview', dwellSeconds: 120 },
    { screen: 'perceive', district: 'la', dwellSeconds: 60 },
  ],
}
const configuration: Pick<Configuration, 'app' | 'districts' | 'scenes'> = {
  app: { defaultDistrict: '620802', schedule: [], holdMinutes: 30, presenterMinutes: 10 },
  districts: [district({ id: '620802' }), district({ id: 'la', zone: 'America/Los_Angeles' })],
  scenes: [duty, turns],
}
const nothing = undriven().ordered.value

describe('a scene that takes turns', () => {
  it('shows each screen for its time since it began, round and round, on every wall at once', () => {
    const began = at('14:00:00')
    const screens = [0, 119, 120, 179, 180, 300].map((seconds) => stepAt(turns, began, began + seconds * 1_000).screen)
    expect(screens).toEqual(['overview', 'overview', 'perceive', 'perceive', 'overview', 'perceive'])
    // a wall whose clock has not heard from the server yet begins at the beginning
    expect(stepAt(turns, began, 0).screen).toBe('overview')
  })

  it('may stand in the schedule, and begins at its time of day', () => {
    const schedule = [
      { at: '08:00', scene: 'turns' },
      { at: '17:30', screen: 'dispatch' as const },
      { at: '20:00', scene: 'gone' },
    ]
    const screenAt = (time: string) => scheduledScreen(schedule, at(time), 'Asia/Shanghai', [turns])
    expect(['08:00:00', '08:02:30', '08:03:00', '17:30:00', '21:00:00'].map(screenAt)).toEqual([
      'overview',
      'perceive',
      'overview',
      'dispatch',
      undefined,
    ])
  })
})

describe('what a wall is to show', () => {
  const view = (given: Partial<WallView>): { view: WallView } => ({ view: { ...emptyView, ...given } })
  const now = at('14:00:00')
  const rooms = { configuration, now, isOnSchedule: false }

  it('is left to the address where nobody has ordered anything', () => {
    expect(orderedNow(undefined, rooms)).toEqual(nothing)
    expect(orderedNow(view({}), rooms)).toEqual(nothing)
  })

  it('is a scene with its step, its layers and its cameras; a screen and layers ordered since go before it', () => {
    const scene = orderedNow(view({ scene: 'duty', sceneAt: now }), rooms)
    expect(scene).toEqual({
      ...nothing,
      screen: 'perceive',
      district: '620802',
      off: ['work-orders', 'cameras', 'sensors', 'vehicles', 'warnings', 'heat'],
      cameras: '河道',
    })
    expect(orderedNow(view({ scene: 'turns', sceneAt: now - 130_000 }), rooms)).toMatchObject({ screen: 'perceive', district: 'la' })
    const shown = orderedNow(view({ scene: 'duty', sceneAt: now, screen: 'dispatch', district: 'la', off: ['heat'] }), rooms)
    expect(shown).toMatchObject({ screen: 'dispatch', district: 'la', off: ['heat'], cameras: '河道' })
    expect(orderedNow(view({ scene: 'gone' }), rooms)).toEqual(nothing)
  })

  it('follows a scene of the schedule only at the address that leaves it to the schedule', () => {
    const scheduled = { ...configuration, app: { ...configuration.app, schedule: [{ at: '08:00', scene: 'duty' }] } }
    expect(orderedNow(undefined, { configuration: scheduled, now, isOnSchedule: true })).toMatchObject({ screen: undefined, cameras: '河道' })
    expect(orderedNow(undefined, { configuration: scheduled, now, isOnSchedule: false })).toEqual(nothing)
    expect(orderedNow(view({ screen: 'overview' }), { configuration: scheduled, now, isOnSchedule: true }).cameras).toBeUndefined()
  })
})

/** A desk in the hand of a test: each `order` is a command. */
function desk() {
  const number = ref(0)
  const told = shallowRef<Ordered>(nothing)
  const driven: Driven = { wall: ref(undefined), number, ordered: computed(() => told.value), clock: ref(0) }
  const order = async (ordered: Partial<Ordered>): Promise<void> => {
    told.value = { ...told.value, ...ordered }
    number.value += 1
    await nextTick()
  }
  return { driven, order }
}
const scoped = <T>(run: () => T): T => effectScope().run(run)!

describe('what a desk orders is taken up with each command, and what is done at the wall holds until the next', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    localStorage.clear()
    vi.stubGlobal('matchMedia', () => ({ matches: true }))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const hours = 3_600_000

  it('the selection: it stands as long as the desk wants, and goes with its district', async () => {
    const { driven, order } = desk()
    const here = ref('620802')
    let selection: Selection | undefined
    mount(
      defineComponent({
        setup() {
          selection = provideSelection(30, () => here.value, driven)
          return () => h('p')
        },
      }),
    )
    const selected = () => selection?.selected.value?.id
    await order({ selected: { kind: 'camera', id: 'c' }, district: '620802' })
    vi.advanceTimersByTime(10 * hours)
    expect(selected()).toBe('c')
    selection?.select({ kind: 'town', id: 't' })
    expect(selected()).toBe('t')
    await order({})
    expect(selected()).toBe('c')
    here.value = 'la'
    await nextTick()
    expect(selected()).toBeUndefined()
    here.value = '620802'
    await nextTick()
    expect(selected()).toBe('c')
  })

  it('the map: a place, the whole district, and back to the desk’s place when nobody has flown for long', async () => {
    const { driven, order } = desk()
    const map = scoped(() =>
      useMapView({
        bounds: () => [106.3, 35.2, 107.4, 35.9],
        size: () => ({ width: 1_000, height: 800 }),
        padding: () => ({ top: 0, right: 0, bottom: 0, left: 0 }),
        holdMinutes: 30,
        driven,
      }),
    )
    expect(map.isHome.value).toBe(true)
    await order({ look: { place: [106.68, 35.54], kmAcross: 6 } })
    const ordered = map.view.value
    vi.advanceTimersByTime(10 * hours)
    await nextTick()
    expect([map.isHome.value, map.seen.value]).toEqual([false, ordered])
    map.flyTo({ place: [106.9, 35.6], kmAcross: 2 })
    await nextTick()
    expect(map.view.value).not.toEqual(ordered)
    vi.advanceTimersByTime(30 * 60_000)
    await nextTick()
    expect(map.view.value).toEqual(ordered)
    await order({ look: undefined })
    expect(map.isHome.value).toBe(true)
  })

  it('the layers: what is switched at the wall meanwhile is not remembered', async () => {
    const { driven, order } = desk()
    const { off, toggle } = scoped(() => useSwitches(() => 'd.wall', ['heat'], driven))
    toggle('cameras')
    await nextTick()
    await order({ off: ['sensors'] })
    expect([...off.value]).toEqual(['sensors'])
    toggle('sensors')
    toggle('vehicles')
    expect([...off.value]).toEqual(['vehicles'])
    await order({})
    expect([...off.value]).toEqual(['sensors'])
    await order({ off: undefined })
    expect([...off.value].sort()).toEqual(['cameras', 'heat'])
  })

  it('the cameras of a scene', async () => {
    const { driven, order } = desk()
    const saved = scoped(() => useSavedChoice('d', () => ['河道', '崆峒山'], driven))
    expect(saved.chosen.value).toBeUndefined()
    await order({ cameras: '崆峒山' })
    expect(saved.chosen.value).toBe('崆峒山')
    saved.next()
    expect(saved.chosen.value).toBeUndefined()
    await order({})
    expect(saved.chosen.value).toBe('崆峒山')
  })

  it('a picture over the whole screen: by a desk’s hand it stays, by a finger it goes back by itself', async () => {
    const full = scoped(() => useFullScreen(() => 120))
    full.put('C1')
    await nextTick()
    vi.advanceTimersByTime(10 * hours)
    expect(full.of.value).toBe('C1')
    full.put(undefined)
    full.toggle('C2')
    await nextTick()
    vi.advanceTimersByTime(120_000)
    expect(full.of.value).toBeUndefined()
  })
})

describe('a wall’s word of itself', () => {
  const sent: WallReport[] = []
  const frames: (() => void)[] = []
  let status = 204
  beforeEach(() => {
    vi.useFakeTimers()
    sent.length = 0
    frames.length = 0
    status = 204
    vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame))
    vi.stubGlobal('cancelAnimationFrame', () => undefined)
    vi.stubGlobal('fetch', (_path: string, { body }: { body: string }) => {
      sent.push(JSON.parse(body) as WallReport)
      return Promise.resolve(new Response(null, { status }))
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const frame = async (): Promise<void> => {
    for (const draw of frames.splice(0)) draw()
    await flushPromises()
  }
  const described = { screen: 'overview' } as WallReport
  const begin = (driven: Driven, given: { arrived?: () => Promise<unknown>; isWall?: boolean } = {}) => {
    const isWall = ref(given.isWall ?? true)
    const onUnknown = vi.fn()
    const scope = effectScope()
    scope.run(() => {
      useWallReports({ command: driven.number, isWall, arrived: given.arrived ?? (() => Promise.resolve()), describe: () => described, onUnknown })
    })
    return { isWall, onUnknown, scope }
  }

  it('names a command as painted in the second frame after the page has arrived, and not before', async () => {
    const { driven, order } = desk()
    let arrive: () => void = () => undefined
    const { scope } = begin(driven, { arrived: () => new Promise<void>((resolve) => (arrive = resolve)) })
    arrive()
    await flushPromises()
    await frame()
    await frame()
    expect(sent.map(({ painted }) => painted)).toEqual([0])
    await order({})
    await frame()
    await frame()
    await frame()
    expect(sent).toHaveLength(1)
    arrive()
    await flushPromises()
    await frame()
    expect(sent).toHaveLength(1)
    await frame()
    expect(sent.map(({ painted }) => painted)).toEqual([0, 1])
    scope.stop()
  })

  it('comes every five seconds, with the frames of a second', async () => {
    const { scope } = begin(undriven())
    await flushPromises()
    await frame()
    await frame()
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(4_500)
    for (let n = 0; n < 30; n++) await frame()
    await vi.advanceTimersByTimeAsync(500)
    expect(sent).toHaveLength(2)
    expect(sent[1]?.framesPerSecond).toBe(60)
    scope.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toHaveLength(2)
  })

  it('is nothing at all from a browser that is no wall, and a wall that the server does not know asks who it is', async () => {
    const none = begin(undriven(), { isWall: false })
    await flushPromises()
    await frame()
    await frame()
    await vi.advanceTimersByTimeAsync(60_000)
    expect([sent, frames]).toEqual([[], []])
    none.scope.stop()
    status = 403
    const { onUnknown, scope } = begin(undriven())
    await flushPromises()
    await frame()
    await frame()
    expect(onUnknown).toHaveBeenCalledOnce()
    scope.stop()
  })

  it('draws what stands where, in words and figures, with the state of each panel', () => {
    document.body.innerHTML = `
      <section data-panel="headline"><div class="panel-title"><h2> 服务效能
        <span>12</span></h2></div><span class="figure size-label">9</span><span class="figure size-headline">17 /24</span></section>
      <section data-panel="sensors"><span class="figure size-value-s down">38.2</span></section>
      <section data-panel="map"><p class="fault">P-1</p></section>`
    const boxes = [...document.querySelectorAll('section')]
    boxes.forEach((box, index) => (box.getBoundingClientRect = () => new DOMRect(index * 100, 50, 100, 300)))
    const { panels } = pictureOf(document, { width: 400, height: 200 })
    const place = { top: 0.25, width: 0.25, height: 1 }
    expect(panels).toEqual([
      { panel: 'headline', title: '服务效能 12', state: 'fresh', figures: ['17 /24'], left: 0, ...place },
      { panel: 'sensors', title: '', state: 'down', figures: ['38.2'], left: 0.25, ...place },
      { panel: 'map', title: '', state: 'fault', figures: [], left: 0.5, ...place },
    ])
  })
})

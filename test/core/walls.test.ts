import { describe, expect, test } from 'vitest'
import { factSchema } from '../../contract/fact.ts'
import type { Fact } from '../../contract/fact.ts'
import { emptyView } from '../../contract/wall.ts'
import type { WallState } from '../../contract/wall.ts'
import type { WallCommandFact, WallFact, WallOrder } from '../../contract/wall-fact.ts'
import { minuteMs } from '../../contract/time.ts'
import { hindranceOf } from '../../server/core/wall-rules.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const twin = (world: World): World => World.restore(registry, JSON.parse(JSON.stringify(world.dump())))

const wall = (given: Partial<WallFact> = {}): WallFact => ({
  kind: 'wall',
  district: '620802',
  wall: 'w1',
  at: start,
  by: '张三',
  change: 'enrolled',
  session: 's1',
  name: '大厅主屏',
  ...given,
})
let keys = 0
const command = (what: WallOrder, given: Partial<WallCommandFact> = {}): WallCommandFact => ({
  kind: 'wall-command',
  district: '620802',
  walls: ['w1'],
  key: `command-${String(keys++)}`,
  at: start + keys,
  by: '张三',
  desk: 'd1',
  what,
  ...given,
})

function worldAfter(...facts: readonly Fact[]): World {
  const world = new World(registry)
  for (const fact of facts) expect(factSchema.safeParse(fact).error?.issues).toBeUndefined()
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}
// the topic holds entities of its kind
const states = (world: World, district = '620802') => world.read([`walls@${district}`])[`walls@${district}`] as readonly WallState[]
const only = (world: World): WallState => {
  const [state, ...others] = states(world)
  if (state === undefined || others.length > 0) throw new Error('expected one wall')
  return state
}
const viewAfter = (...orders: readonly WallOrder[]) => only(worldAfter(wall(), ...orders.map((what) => command(what)))).view

const place: [number, number] = [106.68, 35.54]
const camera = { kind: 'camera', id: 'C1' } as const

describe('given walls', () => {
  test('when one is enrolled, then it is there under its name, and its session is known', () => {
    const world = worldAfter(wall({ profile: 'hall', group: '大厅' }))
    for (const one of [world, twin(world)]) {
      expect(states(one)).toEqual([
        {
          id: 'w1',
          name: '大厅主屏',
          profile: 'hall',
          group: '大厅',
          enrolledAt: start,
          enrolledBy: '张三',
          view: emptyView,
          emergency: undefined,
          lock: undefined,
          command: 0,
          commandAt: undefined,
          commandBy: undefined,
          undoable: 0,
        },
      ])
      expect(one.walls('620802')?.ofSession('s1')).toEqual({ wall: 'w1', name: '大厅主屏', revoked: undefined })
      expect([states(one, 'la'), one.walls('620802')?.ofSession('s2')]).toEqual([[], undefined])
    }
  })

  test('when one is renamed, then it keeps what it shows and loses the group that is no longer said', () => {
    const state = only(worldAfter(wall({ group: '大厅' }), command({ do: 'guest', isGuest: true }), wall({ change: 'renamed', name: '会商室' })))
    expect(state).toMatchObject({ name: '会商室', view: { isGuest: true }, enrolledBy: '张三' })
    expect(state.group).toBeUndefined()
  })

  test('when one is revoked, then it is gone, and its browser is told by whom and when', () => {
    const world = worldAfter(wall(), wall({ change: 'revoked', by: '李四', at: start + 5 }))
    for (const one of [world, twin(world)]) {
      expect(states(one)).toEqual([])
      expect(one.walls('620802')?.ofSession('s1')).toEqual({ wall: 'w1', name: '大厅主屏', revoked: { by: '李四', at: start + 5 } })
    }
    expect(only(worldAfter(wall(), wall({ change: 'revoked' }), wall({ wall: 'w2' }))).id).toBe('w2')
  })

  test('when another browser takes the place of one, then it shows what that was ordered, and the old browser is no wall', () => {
    const world = worldAfter(wall(), command({ do: 'show', screen: 'dispatch', district: '620802' }), wall({ session: 's9', by: '李四' }))
    expect(only(world)).toMatchObject({ id: 'w1', command: 1, view: { screen: 'dispatch' } })
    const walls = world.walls('620802')
    expect([walls?.ofSession('s9')?.revoked, walls?.ofSession('s1')?.revoked]).toEqual([undefined, { by: '李四', at: start }])
  })

  test('when a browser is enrolled as another wall, then the first is no more', () => {
    expect(states(worldAfter(wall(), wall({ wall: 'w2', name: '会商室' }))).map(({ id }) => id)).toEqual(['w2'])
  })
})

describe('given commands', () => {
  test('when several walls are driven, then in step and under one number; one that is not named is left alone', () => {
    const walls = [wall(), wall({ wall: 'w2', session: 's2', name: '会商室' }), wall({ wall: 'w3', session: 's3', name: '值班室' })]
    const world = worldAfter(...walls, command({ do: 'scene', scene: 'duty' }, { walls: ['w1', 'w2', 'gone'], at: start + 7 }))
    expect(states(world).map((state) => [state.id, state.command, state.view.scene, state.view.sceneAt])).toEqual([
      ['w1', 1, 'duty', start + 7],
      ['w2', 1, 'duty', start + 7],
      ['w3', 0, undefined, undefined],
    ])
  })

  test('when the same one comes twice, then it is carried out once', () => {
    const twice = command({ do: 'guest', isGuest: true })
    const world = worldAfter(wall(), twice, { ...twice, at: twice.at + 1 })
    for (const one of [world, twin(world)]) {
      expect(only(one)).toMatchObject({ command: 1, undoable: 1 })
      expect(one.walls('620802')?.command(twice.key)).toMatchObject({ number: 1, what: twice.what, walls: ['w1'] })
      expect([...(one.walls('620802')?.commands ?? [])]).toHaveLength(1)
    }
  })

  test('when a wall is turned to things, then each is taken up, and a picture over the whole screen makes way', () => {
    expect(viewAfter({ do: 'show', screen: 'perceive', district: 'la' })).toEqual({ ...emptyView, screen: 'perceive', district: 'la' })
    const look = { place, kmAcross: 6 }
    expect(viewAfter({ do: 'camera', camera: 'C1', isFull: true, screen: 'perceive' })).toMatchObject({
      screen: 'perceive',
      selected: camera,
      fullScreen: 'C1',
    })
    expect(viewAfter({ do: 'camera', camera: 'C1', isFull: false, look })).toMatchObject({ selected: camera, look })
    const covered: WallOrder = { do: 'full-screen', camera: 'C1' }
    expect(viewAfter(covered, { do: 'select', thing: { kind: 'town', id: 't' }, look })).toMatchObject({
      selected: { id: 't' },
      look,
      fullScreen: undefined,
    })
    expect(viewAfter(covered, { do: 'look', at: look })).toMatchObject({ look, fullScreen: undefined })
    expect(viewAfter({ do: 'look', at: look }, { do: 'look', at: null }, covered, { do: 'full-screen', camera: null })).toEqual(emptyView)
    expect(viewAfter({ do: 'layers', off: ['heat'] })).toMatchObject({ off: ['heat'] })
    expect(viewAfter({ do: 'layers', off: ['heat'] }, { do: 'layers', off: null })).toEqual(emptyView)
    expect(viewAfter({ do: 'camera', camera: 'C1', isFull: false }, { do: 'select', thing: null })).toEqual(emptyView)
  })

  test('when another district is shown, then what was selected in the first is let go', () => {
    const select: WallOrder = { do: 'select', thing: camera, look: { place, kmAcross: 4 } }
    const show = (district: string): WallOrder => ({ do: 'show', screen: 'perceive', district })
    expect(viewAfter(show('620802'), select, show('620802')).selected).toEqual(camera)
    expect(viewAfter(show('620802'), select, show('la'))).toEqual({ ...emptyView, screen: 'perceive', district: 'la' })
  })

  test('when a scene comes, or the schedule again, then guests stay guests', () => {
    const guest: WallOrder = { do: 'guest', isGuest: true }
    expect(viewAfter(guest, { do: 'scene', scene: 'duty' })).toMatchObject({ scene: 'duty', isGuest: true })
    expect(viewAfter({ do: 'scene', scene: 'duty' }, guest, { do: 'release' })).toEqual({ ...emptyView, isGuest: true })
  })

  test('when the past is ordered, then since that very instant; guests stay in it, any other order ends it, and undo goes back', () => {
    const past = (given: Partial<Extract<WallOrder, { do: 'past' }>> = {}): WallOrder => ({ do: 'past', from: start - minuteMs, speed: 60, ...given })
    const show: WallOrder = { do: 'show', screen: 'dispatch', district: '620802' }
    const world = worldAfter(wall(), command(show), command(past({ until: start - 1_000 }), { at: start + 9 }))
    for (const one of [world, twin(world)])
      expect(only(one).view).toEqual({
        ...emptyView,
        screen: 'dispatch',
        district: '620802',
        past: { from: start - minuteMs, until: start - 1_000, speed: 60, since: start + 9 },
      })
    expect(viewAfter(past(), { do: 'guest', isGuest: true })).toMatchObject({ isGuest: true, past: { speed: 60 } })
    expect(viewAfter(show, past(), { do: 'present' })).toEqual({ ...emptyView, screen: 'dispatch', district: '620802' })
    for (const other of [show, { do: 'look', at: null }, { do: 'scene', scene: 'duty' }, { do: 'release' }, { do: 'undo' }] as const)
      expect(viewAfter(past(), other).past).toBeUndefined()
    // an emergency is of now
    expect(viewAfter(past(), { do: 'emergency', scene: 'war' }).past).toBeUndefined()
    expect(viewAfter({ do: 'emergency', scene: 'war' }, past()).past).toBeUndefined()
  })

  test('when steps are undone, then one by one, twenty at most, and no further', () => {
    const shows = Array.from({ length: 25 }, (_, km): WallOrder => ({ do: 'look', at: { place, kmAcross: km + 1 } }))
    const undo: WallOrder = { do: 'undo' }
    expect(viewAfter(...shows, undo).look).toEqual({ place, kmAcross: 24 })
    const all = only(worldAfter(wall(), ...[...shows, ...Array<WallOrder>(30).fill(undo)].map((what) => command(what))))
    expect([all.view.look?.kmAcross, all.undoable, all.command]).toEqual([5, 0, 55])
  })

  test('when an emergency takes over, then it goes before scenes and screens, and what stood before comes back with its steps', () => {
    const before: readonly WallOrder[] = [
      { do: 'scene', scene: 'duty' },
      { do: 'select', thing: camera },
    ]
    const emergency: WallOrder = { do: 'emergency', scene: 'war' }
    const held: readonly WallOrder[] = [{ do: 'scene', scene: 'routine' }, { do: 'show', screen: 'overview', district: 'la' }, { do: 'release' }]
    const during = only(worldAfter(wall(), ...[...before, emergency, ...held].map((what) => command(what))))
    expect(during).toMatchObject({
      view: { scene: 'war', screen: undefined, selected: undefined },
      undoable: 0,
      emergency: { scene: 'war', by: '张三' },
    })
    const world = worldAfter(
      wall(),
      ...[...before, emergency, { do: 'select', thing: { kind: 'town', id: 't' } } as const, { do: 'guest', isGuest: true } as const].map((what) =>
        command(what),
      ),
    )
    const after = twin(world)
    const [end] = entriesOf([command({ do: 'stand-down' })], { from: after.seq + 1, at: after.at + 1_000 })
    after.apply(end!)
    expect(only(after)).toMatchObject({ view: { scene: 'duty', selected: camera, isGuest: true }, undoable: 2 })
    expect([only(after).emergency, only(after).lock]).toEqual([undefined, undefined])
  })

  test('when a command is of another district, then nothing is driven', () => {
    expect(only(worldAfter(wall(), command({ do: 'release' }, { district: 'la' }))).command).toBe(0)
  })
})

describe('given a presenter’s lock', () => {
  const lock = command({ do: 'lock' }, { at: start })
  const mine = { by: '张三', desk: 'd1', isAdmin: false }
  const other = { by: '李四', desk: 'd2', isAdmin: false }
  const rule = (minutes: number) => ({ now: start + minutes * minuteMs, presenterMinutes: 10 })
  const order: WallOrder = { do: 'release' }

  test('when its holder drives, then the lock is as fresh as the last command', () => {
    expect(only(worldAfter(wall(), lock, command(order, { at: start + 500 }))).lock).toEqual({
      by: '张三',
      desk: 'd1',
      since: start,
      usedAt: start + 500,
    })
    expect(only(worldAfter(wall(), lock, command({ do: 'unlock' }))).lock).toBeUndefined()
    expect(only(worldAfter(wall(), lock, command({ do: 'lock' }, { by: '李四', desk: 'd2', at: start + 9 }))).lock).toEqual({
      by: '李四',
      desk: 'd2',
      since: start + 9,
      usedAt: start + 9,
    })
  })

  test('when another desk drives, then it is told by whom, since when and when it may take over', () => {
    const held = only(worldAfter(wall(), lock))
    expect(hindranceOf(held, order, mine, rule(1))).toBeUndefined()
    expect(hindranceOf(held, order, other, rule(60))).toEqual({ why: 'locked', lock: held.lock, freeAt: start + 10 * minuteMs })
    expect(hindranceOf(held, { do: 'lock' }, other, rule(9))?.why).toBe('locked')
    expect(hindranceOf(held, { do: 'lock' }, other, rule(10))).toBeUndefined()
    expect(hindranceOf(held, { do: 'lock' }, { ...other, isAdmin: true }, rule(0))).toBeUndefined()
    // the same person at another machine may go on there, once the lock is taken
    expect(hindranceOf(held, { do: 'lock' }, { ...mine, desk: 'd9' }, rule(0))).toBeUndefined()
    expect(hindranceOf(held, order, { ...mine, desk: 'd9' }, rule(0))?.why).toBe('locked')
  })

  test('when an emergency comes, then no lock stops it, and it takes the lock', () => {
    const emergency = command({ do: 'emergency', scene: 'war' }, { by: '李四', desk: 'd2', at: start + 3 })
    const held = only(worldAfter(wall(), lock))
    expect(hindranceOf(held, emergency.what, other, rule(0))).toBeUndefined()
    const during = only(worldAfter(wall(), lock, emergency))
    expect(during.lock).toEqual({ by: '李四', desk: 'd2', since: start + 3, usedAt: start + 3 })
    expect(hindranceOf(during, { do: 'scene', scene: 'duty' }, other, rule(0))).toEqual({ why: 'emergency', emergency: during.emergency })
    expect(hindranceOf(during, { do: 'select', thing: null }, other, rule(0))).toBeUndefined()
  })

  test('when there is nothing to undo or to end, then that is said', () => {
    const fresh = only(worldAfter(wall()))
    expect([{ do: 'undo' } as const, { do: 'stand-down' } as const].map((what) => hindranceOf(fresh, what, mine, rule(0))?.why)).toEqual([
      'nothing',
      'calm',
    ])
  })
})

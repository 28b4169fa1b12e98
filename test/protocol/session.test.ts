import { beforeEach, describe, expect, test } from 'vitest'
import type { Link } from '../../client/src/live/link.ts'
import type { TopicMap } from '../../client/src/live/picture.ts'
import { LiveSession } from '../../client/src/live/session.ts'
import type { Frame, HelloAnswer, Patch } from '../../contract/protocol.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import { town } from '../support/fake-source.ts'
import type { OpenedWire } from '../support/fake-wire.ts'
import { fakeWires } from '../support/fake-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'

const serverStart = 1_700_000_000_000

let timers: ManualClock
let opened: OpenedWire[]
let session: LiveSession
let links: Link[]
let commits: ReadonlyMap<TopicName, TopicMap>[]
let repaints: (() => void)[]
let builds: string[]

beforeEach(() => {
  timers = new ManualClock(0)
  links = []
  commits = []
  repaints = []
  builds = []
  const wires = fakeWires()
  opened = wires.opened
  session = new LiveSession({
    openWire: wires.openWire,
    timers,
    beforeRepaint: (task) => repaints.push(task),
    chance: () => 0,
    onCommit: (changed) => commits.push(changed),
    onLink: (link) => links.push(link),
    onBuild: (build) => builds.push(build),
  })
})

const turn = (): Promise<void> => Promise.resolve()
const now = (): number => serverStart + timers.now()
const frame = (seq: number, patches: Record<TopicName, Patch> = {}, epoch = 'e.1'): Frame => ({ epoch, seq, now: now(), patches })
const snapshot = (seq: number, topics: Record<TopicName, readonly Entity[]>, epoch = 'e.1'): HelloAnswer => ({
  type: 'snapshot',
  epoch,
  seq,
  now: now(),
  build: 'b',
  topics,
})
const catchUp = (...frames: readonly Frame[]): HelloAnswer => ({ type: 'catch-up', build: 'b', now: now(), frames })

function last<T>(list: readonly T[]): T {
  const item = list.at(-1)
  if (item === undefined) throw new Error('the list is empty')
  return item
}
const wire = (): OpenedWire => last(opened)
const asked = (): OpenedWire['hellos'][number] => last(wire().hellos)

function repaint(): void {
  for (const task of repaints.splice(0)) task()
}

/** A session that follows `topics` from frame 3 on. */
async function follow(topics: Record<TopicName, readonly Entity[]>): Promise<() => void> {
  const release = session.subscribe(Object.keys(topics))
  await turn()
  wire().onOpen()
  asked().answer(snapshot(3, topics))
  repaint()
  return release
}

describe('topics', () => {
  test('all that is asked for in one turn goes into one hello, sorted, each once', async () => {
    session.subscribe(['towns', 'feeds'])
    session.subscribe(['feeds'])
    session.subscribe(['alarms'])
    expect(opened).toHaveLength(0)
    await turn()
    wire().onOpen()
    expect(wire().hellos.map(({ hello }) => hello)).toEqual([{ protocol: 1, topics: ['alarms', 'feeds', 'towns'] }])
  })

  test('a topic more is asked for without a position, and what is held stays and stays live meanwhile', async () => {
    await follow({ towns: [town('a', 1)] })
    timers.advance(1_000)
    session.subscribe(['feeds'])
    await turn()
    expect(asked().hello).toEqual({ protocol: 1, topics: ['feeds', 'towns'] })
    wire().onFrame(frame(4, { towns: { upsert: [town('a', 2)] } }))
    expect(session.held('towns')).toEqual(new Map([['a', town('a', 2)]]))
    asked().answer(snapshot(0, { towns: [town('a', 2)], feeds: [town('x', 1)] }, 'e.2'))
    wire().onFrame(frame(1, { feeds: { remove: ['x'] } }, 'e.2'))
    expect(session.held('feeds')).toEqual(new Map())
  })

  test('a screen switch in one turn is one hello for the new set; common topics keep their identity', async () => {
    const release = await follow({ towns: [town('a', 1)], feeds: [town('x', 1)] })
    const feeds = session.held('feeds')
    timers.advance(1_000)
    release()
    session.subscribe(['feeds', 'alarms'])
    await turn()
    expect(wire().hellos).toHaveLength(2)
    expect(asked().hello.topics).toEqual(['alarms', 'feeds'])
    expect(session.held('towns')).toBeDefined()
    asked().answer(snapshot(0, { feeds: [town('x', 1)], alarms: [] }, 'e.2'))
    expect(session.held('feeds')).toBe(feeds)
    expect(session.held('towns')).toBeUndefined()
  })

  test('a topic less, or back again, is no reason for a hello', async () => {
    await follow({ towns: [], feeds: [] })
    const release = session.subscribe(['towns'])
    release()
    release()
    session.subscribe(['feeds'])
    await turn()
    expect(wire().hellos).toHaveLength(1)
  })

  test('an answer to a question that was replaced is ignored', async () => {
    await follow({ towns: [] })
    timers.advance(1_000)
    session.subscribe(['feeds'])
    await turn()
    const stale = asked()
    timers.advance(1_000)
    session.subscribe(['alarms'])
    await turn()
    stale.answer(snapshot(0, { towns: [town('z', 1)], feeds: [] }, 'e.2'))
    expect(session.held('towns')).toEqual(new Map())
    asked().answer(snapshot(0, { towns: [], feeds: [], alarms: [town('n', 1)] }, 'e.3'))
    expect(session.held('alarms')?.size).toBe(1)
  })
})

describe('commits', () => {
  test('at most once per repaint, with the topics that changed only', async () => {
    await follow({ towns: [town('a', 1)], feeds: [town('x', 1)] })
    expect(commits).toHaveLength(1)
    for (let seq = 4; seq < 20; seq++) wire().onFrame(frame(seq, { towns: { upsert: [town('a', seq)] } }))
    expect(repaints).toHaveLength(1)
    repaint()
    expect(commits).toHaveLength(2)
    expect([...last(commits)]).toEqual([['towns', new Map([['a', town('a', 19)]])]])
  })

  test('a heartbeat commits nothing', async () => {
    await follow({ towns: [] })
    wire().onFrame(frame(4))
    expect(repaints).toEqual([])
  })
})

describe('gaps', () => {
  test('[P4.1] a gap is answered with a hello from the last frame applied; frames meanwhile are left to the answer', async () => {
    await follow({ towns: [town('a', 1)] })
    timers.advance(1_000)
    wire().onFrame(frame(6, { towns: { upsert: [town('c', 6)] } }))
    wire().onFrame(frame(7))
    expect(wire().hellos).toHaveLength(2)
    expect(asked().hello).toEqual({ protocol: 1, topics: ['towns'], since: { epoch: 'e.1', seq: 3 } })
    asked().answer(catchUp(frame(4, { towns: { remove: ['a'] } }), frame(5), frame(6, { towns: { upsert: [town('c', 6)] } }), frame(7)))
    wire().onFrame(frame(8, { towns: { upsert: [town('d', 8)] } }))
    expect(session.held('towns')).toEqual(
      new Map([
        ['c', town('c', 6)],
        ['d', town('d', 8)],
      ]),
    )
    expect(wire().hellos).toHaveLength(2)
  })

  test('[P4.7] two hellos are a quarter of a second apart', async () => {
    await follow({ towns: [] })
    wire().onFrame(frame(5))
    expect(wire().hellos).toHaveLength(1)
    timers.advance(249)
    expect(wire().hellos).toHaveLength(1)
    timers.advance(1)
    expect(wire().hellos).toHaveLength(2)
  })

  test('a catch-up that does not fit is followed by a hello without a position', async () => {
    await follow({ towns: [town('a', 1)] })
    timers.advance(1_000)
    wire().onFrame(frame(6))
    asked().answer(catchUp(frame(5)))
    timers.advance(1_000)
    expect(asked().hello).not.toHaveProperty('since')
    expect(session.held('towns')?.size).toBe(1)
  })
})

describe('the link', () => {
  test('[P5.1] connecting, live with the first picture, stalled after 5 s without a frame, live again', async () => {
    expect(session.link).toEqual({ state: 'connecting', since: undefined, cause: undefined })
    await follow({ towns: [town('a', 1)] })
    expect(links).toEqual([{ state: 'live', since: serverStart, cause: undefined }])
    timers.advance(2_000)
    wire().onFrame(frame(4))
    timers.advance(4_999)
    expect(links).toHaveLength(1)
    timers.advance(251)
    expect(last(links)).toEqual({ state: 'stalled', since: serverStart + 2_000, cause: undefined })
    expect(session.held('towns')?.size).toBe(1)
    wire().onFrame(frame(5))
    expect(last(links)).toEqual({ state: 'live', since: now(), cause: undefined })
  })

  test('[P5.2] frames that cannot be applied do not count as life', async () => {
    await follow({ towns: [] })
    for (let seq = 10; seq < 16; seq++) {
      timers.advance(1_000)
      wire().onFrame(frame(seq))
    }
    expect(last(links).state).toBe('stalled')
  })

  test('[P5.3] a short break is not shown at all', async () => {
    await follow({ towns: [] })
    wire().onDown('unreachable')
    timers.advance(500)
    wire().onOpen()
    asked().answer(catchUp(frame(4)))
    timers.advance(4_000)
    expect(links).toHaveLength(1)
  })

  test('[P5.4] it reconnects for ever, and begins from where it stood', async () => {
    await follow({ towns: [town('a', 1)] })
    for (let failures = 0; failures < 1_000; failures++) {
      wire().onDown('unreachable')
      expect(wire().isClosed).toBe(true)
      timers.advance(10_000)
    }
    expect(opened).toHaveLength(1_001)
    expect(last(links)).toMatchObject({ state: 'stalled', since: serverStart, cause: { kind: 'unreachable' } })
    wire().onOpen()
    expect(asked().hello.since).toEqual({ epoch: 'e.1', seq: 3 })
    asked().answer(snapshot(0, { towns: [town('b', 1)] }, 'e2.1'))
    expect(last(links).state).toBe('live')
    expect([...(session.held('towns')?.keys() ?? [])]).toEqual(['b'])
  })

  test('[P5.4] a good answer resets the back-off', async () => {
    await follow({ towns: [] })
    for (let failures = 0; failures < 5; failures++) {
      wire().onDown('unreachable')
      timers.advance(10_000)
    }
    wire().onOpen()
    asked().answer(catchUp())
    wire().onDown('unreachable')
    const before = opened.length
    timers.advance(500)
    expect(opened).toHaveLength(before + 1)
  })

  test('[P5.5] a lost session is a cause of its own, tried again every 10 s', async () => {
    await follow({ towns: [] })
    wire().onDown('unauthorised')
    timers.advance(9_999)
    expect(last(links)).toMatchObject({ state: 'stalled', cause: { kind: 'unauthorised' } })
    expect(opened).toHaveLength(1)
    timers.advance(1)
    expect(opened).toHaveLength(2)
  })

  test('[P5.6] a wire that falls silent without closing is given up after 10 s', async () => {
    await follow({ towns: [] })
    const silent = wire()
    timers.advance(10_000)
    expect(silent.isClosed).toBe(true)
    timers.advance(500)
    expect(opened).toHaveLength(2)
    silent.onFrame(frame(4, { towns: { upsert: [town('z', 1)] } }))
    silent.onDown('unreachable')
    expect(session.held('towns')?.size).toBe(0)
    expect(opened).toHaveLength(2)
  })

  test('[P5.6] a wire that never opens is given up after 10 s, an answer that never comes after 30', async () => {
    session.subscribe(['towns'])
    await turn()
    timers.advance(10_500)
    expect(opened).toHaveLength(2)
    wire().onOpen()
    timers.advance(29_000)
    expect(opened).toHaveLength(2)
    timers.advance(3_000)
    expect(opened).toHaveLength(3)
  })

  test('[P1.4] incompatible keeps the picture, says why, and tries again every 10 s', async () => {
    await follow({ towns: [town('a', 1)] })
    wire().onDown('unreachable')
    timers.advance(500)
    wire().onOpen()
    asked().answer({ type: 'incompatible', build: 'b2', reason: 'there is no topic "towns"' })
    expect(last(links)).toMatchObject({ state: 'incompatible', cause: { kind: 'incompatible', detail: 'there is no topic "towns"' } })
    expect(builds).toEqual(['b', 'b2'])
    expect(session.held('towns')?.size).toBe(1)
    timers.advance(10_000)
    wire().onOpen()
    asked().answer(catchUp())
    expect(last(links).state).toBe('live')
  })

  test('retryNow does not wait for the back-off; close ends everything', async () => {
    await follow({ towns: [] })
    wire().onDown('unreachable')
    session.retryNow()
    expect(opened).toHaveLength(2)
    session.retryNow()
    expect(opened).toHaveLength(2)
    session.close()
    expect(wire().isClosed).toBe(true)
    timers.advance(600_000)
    expect(opened).toHaveLength(2)
  })

  test('[P6.1] the server clock goes on while the link is down', async () => {
    expect(session.serverNow()).toBe(0)
    await follow({ towns: [] })
    wire().onDown('unreachable')
    timers.advance(60_000)
    expect(session.serverNow()).toBe(serverStart + 60_000)
  })
})

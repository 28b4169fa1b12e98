import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LiveSession } from '../../client/src/live/session.ts'
import type { WireEvents } from '../../client/src/live/wire.ts'
import type { Frame, Hello, HelloAnswer } from '../../contract/protocol.ts'
import type { TopicName } from '../../contract/topic.ts'
import { Room, roomName } from '../../server/push/room.ts'
import { FakeSource, town } from '../support/fake-source.ts'
import { ManualClock } from '../support/manual-clock.ts'

/**
 * A server of rooms and a network that loses frames, delays everything and breaks, around the real session, the real picture and the real
 * ring. What arrives on one connection arrives in order, as TCP has it; only frames are volatile.
 */
class World {
  readonly clock = new ManualClock(1_700_000_000_000)
  readonly source = new FakeSource()
  readonly session: LiveSession
  isReachable = true
  isLossy = false
  #rooms = new Map<string, Room>()
  #roomsOpened = 0
  #epoch = 1
  #line: { events: WireEvents; inFlight: (() => void)[]; room: Room | undefined; isOpen: boolean } | undefined

  constructor() {
    this.session = new LiveSession({
      openWire: (events) => {
        const line = { events, inFlight: [] as (() => void)[], room: undefined as Room | undefined, isOpen: true }
        this.#line = line
        line.inFlight.push(() => {
          if (this.isReachable) events.onOpen()
          else this.#breakLine(line)
        })
        return {
          hello: (hello, answer) => {
            line.inFlight.push(() => {
              const said = this.#answer(hello, line)
              line.inFlight.push(() => {
                answer(said)
              })
            })
          },
          close: () => {
            line.isOpen = false
          },
        }
      },
      timers: this.clock,
      beforeRepaint: (task) => {
        task()
      },
      chance: () => 0.5,
      onCommit: () => undefined,
      onLink: () => undefined,
      onBuild: () => undefined,
    })
  }

  flush(): void {
    const changes = this.source.drain()
    for (const room of this.#rooms.values()) {
      const frame = room.nextFrame(changes, this.clock.now())
      const line = this.#line
      if (frame === undefined || line?.room !== room || this.isLossy) continue
      line.inFlight.push(() => {
        line.events.onFrame(JSON.parse(JSON.stringify(frame)) as Frame)
      })
    }
  }

  deliver(count: number): void {
    for (let done = 0; done < count; done++) {
      const line = this.#line
      if (line?.isOpen !== true) return
      line.inFlight.shift()?.()
    }
  }

  breakLine(): void {
    if (this.#line?.isOpen === true) this.#breakLine(this.#line)
  }

  restart(): void {
    this.#epoch += 1
    this.#rooms = new Map()
    this.breakLine()
  }

  #breakLine(line: { events: WireEvents; isOpen: boolean }): void {
    line.isOpen = false
    line.events.onDown('unreachable')
  }

  #answer(hello: Hello, line: { room: Room | undefined }): HelloAnswer {
    const name = roomName(hello.topics)
    let room = this.#rooms.get(name)
    if (room === undefined) {
      this.#roomsOpened += 1
      room = new Room(hello.topics, `e${String(this.#epoch)}.${String(this.#roomsOpened)}`, this.clock.now())
      this.#rooms.set(name, room)
    }
    line.room = room
    const now = this.clock.now()
    const frames = room.framesSince(hello.since, now)
    const answer: HelloAnswer =
      frames === undefined
        ? { type: 'snapshot', epoch: room.epoch, seq: room.seq, now, build: 'b', topics: this.source.read(room.topics) }
        : { type: 'catch-up', build: 'b', now, frames }
    return JSON.parse(JSON.stringify(answer)) as HelloAnswer
  }
}

const topics = ['alarms', 'feeds', 'towns']
const topic = fc.constantFrom(...topics)
const id = fc.constantFrom('a', 'b', 'c', 'd')

type Step = (world: World, subscribed: TopicName[]) => void
const times = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most })

/** What goes on all the time, and what goes wrong now and then: most of a run is spent live, where a lost frame can do harm. */
const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(8, fc.tuple(topic, id, fc.nat(9)), ([name, key, open]) => (world) => {
    world.source.put(name, town(key, open))
  }),
  weighted(4, fc.tuple(topic, id), ([name, key]) => (world) => {
    world.source.remove(name, key)
  }),
  weighted(10, fc.constant(0), () => (world) => {
    world.flush()
  }),
  weighted(6, times(4), (count) => (world) => {
    world.deliver(count)
  }),
  weighted(6, fc.constant(30), (count) => (world) => {
    world.deliver(count)
  }),
  weighted(6, fc.tuple(id, fc.nat(9)), ([key, open]) => (world) => {
    world.source.put('towns', town(key, open))
    world.isLossy = true
    world.flush()
    world.isLossy = false
  }),
  weighted(6, fc.constantFrom(16, 250, 1_000), (ms) => (world) => {
    world.clock.advance(ms)
  }),
  weighted(1, fc.constantFrom(20_000, 70_000), (ms) => (world) => {
    world.clock.advance(ms)
  }),
  weighted(1, fc.constant(0), () => (world) => {
    world.breakLine()
  }),
  weighted(1, fc.boolean(), (isReachable) => (world) => {
    world.isReachable = isReachable
  }),
  weighted(1, topic, (name) => (world, subscribed) => {
    subscribed.push(name)
    world.session.subscribe([name])
  }),
  weighted(1, fc.constant(0), () => (world) => {
    world.restart()
  }),
)

function weighted<T>(weight: number, input: fc.Arbitrary<T>, act: (input: T) => Step): { weight: number; arbitrary: fc.Arbitrary<Step> } {
  return { weight, arbitrary: input.map(act) }
}

test('[P4.8] whatever is lost, delayed or broken: when the network is well again, the picture equals the world', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const world = new World()
      const subscribed = ['towns']
      world.session.subscribe(subscribed)
      for (const act of steps) {
        act(world, subscribed)
        // Subscriptions of one turn are gathered until its microtasks run.
        await Promise.resolve()
      }
      world.isReachable = true
      world.isLossy = false
      for (let quarter = 0; quarter < 400; quarter++) {
        world.clock.advance(250)
        world.flush()
        world.deliver(20)
      }
      expect(world.session.link.state).toBe('live')
      for (const name of subscribed) {
        const [told = []] = Object.values(world.source.read([name]))
        const held = [...(world.session.held(name)?.values() ?? [])]
        const byId = (left: { id: string }, right: { id: string }): number => left.id.localeCompare(right.id)
        expect(held.sort(byId)).toEqual((JSON.parse(JSON.stringify(told)) as { id: string }[]).sort(byId))
      }
      world.session.close()
    }),
    { numRuns: 200 },
  )
})

test('[P4.2] the ring answers with exactly the frames after a position, or not at all', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(16, 900, 1_000, 30_000), { maxLength: 40 }), fc.nat(45), (gaps, seq) => {
      const clock = new ManualClock(0)
      const room = new Room(['towns'], 'e', clock.now())
      const made: Frame[] = []
      for (const [index, ms] of gaps.entries()) {
        clock.advance(ms)
        const frame = room.nextFrame(new Map([['towns', { upsert: [town('a', index)] }]]), clock.now())
        if (frame !== undefined) made.push(frame)
      }
      const answer = room.framesSince({ epoch: 'e', seq }, clock.now())
      const missing = made.filter((frame) => frame.seq > seq)
      const isCovered = seq <= room.seq && missing.every((frame) => clock.now() - frame.now <= 60_000)
      expect(answer).toEqual(isCovered ? missing : undefined)
    }),
  )
})

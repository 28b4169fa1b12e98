import type { Socket } from 'socket.io'
import type { ClientToServer, Hello, HelloAnswer, ServerToClient } from '../../contract/protocol.ts'
import { snapshotEveryMs } from '../../contract/protocol.ts'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import type { Clock } from '../core/clock.ts'
import { readHello } from './read-hello.ts'
import type { OpenRoom, Rooms } from './rooms.ts'

export type LiveSocket = Socket<ClientToServer, ServerToClient>

/** P1.6: who has not said a hello that can be served within this time is cut off. */
const helloWithinMs = 10 * secondMs
/** P1.7: more hellos than this in `helloSpanMs` come from no screen of ours. */
const mostHellos = 100
const helloSpanMs = 10 * secondMs

/** What a viewer needs of the house it visits. */
export interface House {
  readonly clock: Clock
  readonly build: string
  readonly rooms: Rooms
  isTopic(name: TopicName): boolean
  read(topics: readonly TopicName[]): Readonly<Record<TopicName, readonly Entity[]>>
}

/**
 * One connected socket: hears its hellos, answers them, and moves it to the room it asked for. At most one answer is on its way at any
 * time, so that a client that asks and does not read costs the server no more than one answer.
 */
export class Viewer {
  readonly #socket: LiveSocket
  readonly #house: House
  #open: OpenRoom | undefined
  #asked: { readonly hello: Hello; readonly answer: (answer: HelloAnswer) => void } | undefined
  #lastSnapshotAt: Instant = -Infinity
  #hellos = { count: 0, since: -Infinity }
  #cancelWait: (() => void) | undefined

  constructor(socket: LiveSocket, house: House) {
    this.#socket = socket
    this.#house = house
    const cancelDeadline = house.clock.after(helloWithinMs, () => {
      if (this.#open === undefined) this.dismiss()
    })
    // The wire's types are a promise of our own client only; anybody may say anything.
    socket.on('hello', (payload: unknown, answer: unknown) => {
      this.#hear(payload, answer)
    })
    socket.onAny((event: unknown) => {
      if (event !== 'hello') this.dismiss()
    })
    // A packet that cannot be parsed: Socket.IO closes the connection itself, and would print to the console without a listener.
    socket.on('error', () => undefined)
    socket.on('disconnect', () => {
      cancelDeadline()
      this.#leave()
    })
  }

  /** False while the last thing written is still on its way: what is sent now, volatile, is dropped. */
  get isWritable(): boolean {
    return this.#socket.conn.transport.writable
  }

  get request(): LiveSocket['request'] {
    return this.#socket.request
  }

  dismiss(): void {
    this.#socket.disconnect(true)
  }

  #hear(payload: unknown, answer: unknown): void {
    if (typeof answer !== 'function' || this.#isFlooding()) {
      this.dismiss()
      return
    }
    // Socket.IO made this function for the acknowledgement; it takes whatever is to be sent.
    const reply = answer as (answer: HelloAnswer) => void
    const hello = readHello(payload, (name) => this.#house.isTopic(name))
    if (!hello.ok) {
      reply({ type: 'incompatible', build: this.#house.build, reason: hello.error })
      return
    }
    this.#asked = { hello: hello.value, answer: reply }
    if (this.#cancelWait === undefined) this.#tryToAnswer()
  }

  #isFlooding(): boolean {
    const now = this.#house.clock.now()
    if (now - this.#hellos.since > helloSpanMs) this.#hellos = { count: 0, since: now }
    this.#hellos.count += 1
    return this.#hellos.count > mostHellos
  }

  #tryToAnswer(): void {
    const asked = this.#asked
    if (asked === undefined) return
    if (!this.isWritable) {
      this.#waitUntilWritable()
      return
    }
    const now = this.#house.clock.now()
    const open = this.#house.rooms.of(asked.hello.topics, now)
    const frames = open.room.framesSince(asked.hello.since, now)
    if (frames === undefined && !this.#maySnapshot(now)) return
    this.#asked = undefined
    this.#enter(open)
    asked.answer(frames === undefined ? this.#snapshot(open, now) : { type: 'catch-up', build: this.#house.build, now, frames })
  }

  #waitUntilWritable(): void {
    const { transport } = this.#socket.conn
    const again = (): void => {
      this.#cancelWait = undefined
      this.#tryToAnswer()
    }
    transport.once('ready', again)
    this.#cancelWait = () => transport.off('ready', again)
  }

  /** P4.5: false when the last snapshot is too recent; the answer is then given later. */
  #maySnapshot(now: Instant): boolean {
    const waitMs = Math.min(this.#lastSnapshotAt + snapshotEveryMs - now, snapshotEveryMs)
    if (waitMs <= 0) {
      this.#lastSnapshotAt = now
      return true
    }
    this.#cancelWait = this.#house.clock.after(waitMs, () => {
      this.#cancelWait = undefined
      this.#tryToAnswer()
    })
    return false
  }

  /**
   * P4.4: the world of this moment under the number of the room's last frame. It may already hold what the next frame will say;
   * applying that twice changes nothing (P3.3), and nothing that the next frame does not say can be missing.
   */
  #snapshot({ room }: OpenRoom, now: Instant): HelloAnswer {
    return { type: 'snapshot', epoch: room.epoch, seq: room.seq, now, build: this.#house.build, topics: this.#house.read(room.topics) }
  }

  /** In one turn with the answer, so that no frame falls between the two. */
  #enter(open: OpenRoom): void {
    if (this.#open === open) return
    this.#leaveRoom()
    this.#open = open
    this.#house.rooms.enter(this, open)
    void this.#socket.join(open.room.name)
  }

  #leaveRoom(): void {
    if (this.#open === undefined) return
    this.#house.rooms.leave(this, this.#open, this.#house.clock.now())
    void this.#socket.leave(this.#open.room.name)
    this.#open = undefined
  }

  #leave(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    this.#asked = undefined
    this.#leaveRoom()
  }
}

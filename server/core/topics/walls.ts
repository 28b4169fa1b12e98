import type { Entry } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WallCommand, WallState } from '../../../contract/wall.ts'
import type { WallCommandFact, WallFact } from '../../../contract/wall-fact.ts'
import type { Fold } from '../fold.ts'
import { Published } from '../published.ts'
import { commanded, enrolled, renamed, stateOf } from './wall-record.ts'
import type { WallDump } from './wall-record.ts'

/** Commands that are remembered, so that one told twice is answered as the first time. */
const mostCommands = 1_000
/** Walls that were revoked are told so for as long as these last. */
const mostRevoked = 500

/** Whose browser a session is. */
export interface WallSession {
  readonly wall: string
  readonly name: string
  readonly revoked: { readonly by: string; readonly at: Instant } | undefined
}

interface WallsDump {
  readonly number: number
  readonly walls: readonly WallDump[]
  readonly revoked: readonly (readonly [session: string, was: WallSession])[]
  readonly commands: readonly WallCommand[]
}

/** 大屏: the walls of a district, and what each was last ordered to show. Commands are numbered 1, 2, 3 ... over all walls of the district. */
export class Walls implements Fold {
  readonly kinds = ['wall', 'wall-command'] as const
  readonly topics
  readonly #district: string
  readonly #walls = new Map<string, WallDump>()
  readonly #bySession = new Map<string, string>()
  readonly #revoked = new Map<string, WallSession>()
  /** by key, oldest first */
  readonly #commands = new Map<string, WallCommand>()
  readonly #published = new Published('walls', (id) => this.state(id))
  #number = 0

  constructor(district: string) {
    this.#district = district
    this.topics = [this.#published]
  }

  /** Number of the last command; 0 before the first. */
  get lastNumber(): number {
    return this.#number
  }

  /** The latest commands, oldest first. */
  get commands(): Iterable<WallCommand> {
    return this.#commands.values()
  }

  get states(): readonly WallState[] {
    return [...this.#walls.values()].map(stateOf)
  }

  state(wall: string): WallState | undefined {
    const known = this.#walls.get(wall)
    return known && stateOf(known)
  }

  /** The wall that a session's browser is, or was until it was revoked; undefined for one that never was any. */
  ofSession(session: string): WallSession | undefined {
    const known = this.#walls.get(this.#bySession.get(session) ?? '')
    return known === undefined ? this.#revoked.get(session) : { wall: known.id, name: known.name, revoked: undefined }
  }

  /** Whose browser a wall is; undefined for a wall that is none. */
  sessionOf(wall: string): string | undefined {
    return this.#walls.get(wall)?.session
  }

  /** A command by its desk's own name for it, as far back as is remembered. */
  command(key: string): WallCommand | undefined {
    return this.#commands.get(key)
  }

  advance(): void {
    // nothing here depends on the time of day
  }

  apply({ fact }: Entry): void {
    if ((fact.kind !== 'wall' && fact.kind !== 'wall-command') || fact.district !== this.#district) return
    if (fact.kind === 'wall') this.#take(fact)
    else if (!this.#commands.has(fact.key)) this.#carryOut(fact)
  }

  dump(): WallsDump {
    return { number: this.#number, walls: [...this.#walls.values()], revoked: [...this.#revoked], commands: [...this.#commands.values()] }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { number, walls, revoked, commands } = dump as WallsDump
    this.#number = number
    for (const wall of walls) this.#put(wall)
    for (const [session, was] of revoked) this.#revoked.set(session, was)
    for (const command of commands) this.#commands.set(command.key, command)
  }

  #take(fact: WallFact): void {
    const known = this.#walls.get(fact.wall)
    if (fact.change === 'enrolled') this.#enrol(fact, known)
    else if (known !== undefined && fact.change === 'renamed') this.#put(renamed(known, fact))
    else if (known !== undefined) this.#revoke(known, fact)
  }

  /** A browser is one wall, and a wall one browser: whatever either was before, it is no more. */
  #enrol(fact: WallFact, known: WallDump | undefined): void {
    const { session = '' } = fact
    const other = this.#walls.get(this.#bySession.get(session) ?? '')
    if (other !== undefined && other.id !== fact.wall) this.#remove(other)
    if (known !== undefined && known.session !== session) this.#leave(known, fact)
    this.#revoked.delete(session)
    this.#put(enrolled(fact, known))
  }

  #revoke(known: WallDump, fact: WallFact): void {
    this.#leave(known, fact)
    this.#remove(known)
  }

  /** The browser of a wall is told that it is none any more. */
  #leave({ id, name, session }: WallDump, { by, at }: WallFact): void {
    this.#bySession.delete(session)
    this.#revoked.set(session, { wall: id, name, revoked: { by, at } })
    forgetOldest(this.#revoked, mostRevoked)
  }

  #remove({ id, session }: WallDump): void {
    this.#walls.delete(id)
    if (this.#bySession.get(session) === id) this.#bySession.delete(session)
    this.#published.touch(id)
  }

  #carryOut(fact: WallCommandFact): void {
    this.#number += 1
    for (const id of fact.walls) {
      const wall = this.#walls.get(id)
      if (wall !== undefined) this.#put(commanded(wall, fact, this.#number))
    }
    const { key, at, by, walls, group, what } = fact
    this.#commands.set(key, { number: this.#number, key, at, by, walls, group, what })
    forgetOldest(this.#commands, mostCommands)
  }

  #put(wall: WallDump): void {
    this.#walls.set(wall.id, wall)
    this.#bySession.set(wall.session, wall.id)
    this.#published.touch(wall.id)
  }
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

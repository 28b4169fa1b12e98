import type { Fact } from '../../contract/fact.ts'
import type { WallCommandFact, WallFact } from '../../contract/wall-fact.ts'
import { Walls } from '../core/topics/walls.ts'
import type { World } from '../core/world.ts'

type Decided = WallFact | WallCommandFact

/**
 * What desks decide of walls, one decision after the other and without waiting for the disk in between: each looks at the walls as they will stand
 * once all before it is durable, so that a hundred in one moment share one commit. Nobody is answered before it is.
 */
export interface WallDecisions {
  /** The walls of a district as the next decision finds them; undefined for an unknown district. */
  walls(district: string): Pick<Walls, 'states' | 'state' | 'command' | 'ofSession' | 'sessionOf'> | undefined
  /**
   * Records what `decide` returns and resolves once that is durable and on the screens; where it returns undefined, once all before it is.
   * @param decide throws a ProblemError to refuse
   * Errors: what `decide` throws; StorageFullError when nothing can be recorded
   */
  run<F extends Decided>(decide: () => F | undefined): Promise<F | undefined>
}

export interface DecisionRooms {
  readonly world: Pick<World, 'walls'>
  readonly districts: readonly string[]
  /** in the order of the calls */
  readonly record: (facts: readonly Fact[]) => Promise<unknown>
}

export function createWallDecisions(rooms: DecisionRooms): WallDecisions {
  return new Decisions(rooms)
}

class Decisions implements WallDecisions {
  readonly #rooms: DecisionRooms
  /** ahead of the world by what is on its way to the disk */
  #ahead: ReadonlyMap<string, Walls>
  #underway = 0
  #last: Promise<unknown> = Promise.resolve()
  /** something that was decided did not reach the log: the world is right, and what is ahead of it is not */
  #isAstray = false
  #onQuiet: (() => void)[] = []

  constructor(rooms: DecisionRooms) {
    this.#rooms = rooms
    this.#ahead = this.#fromWorld()
  }

  walls(district: string): Walls | undefined {
    return this.#ahead.get(district)
  }

  async run<F extends Decided>(decide: () => F | undefined): Promise<F | undefined> {
    while (this.#isAstray) await new Promise<void>((resolve) => this.#onQuiet.push(resolve))
    const fact = decide()
    if (fact === undefined) {
      await this.#last
      return undefined
    }
    this.walls(fact.district)?.apply({ seq: 0, at: fact.at, feed: 'system', fact })
    await this.#record(fact)
    return fact
  }

  async #record(fact: Decided): Promise<void> {
    this.#underway += 1
    const recorded = this.#rooms.record([fact])
    this.#last = recorded.catch(() => undefined)
    try {
      await recorded
      // the log takes a command's name once, and remembers it for longer than the world does
      if (fact.kind === 'wall-command' && this.#rooms.world.walls(fact.district)?.command(fact.key) === undefined) this.#isAstray = true
    } catch (error) {
      this.#isAstray = true
      throw error
    } finally {
      this.#underway -= 1
      if (this.#underway === 0) this.#settle()
    }
  }

  #settle(): void {
    if (this.#isAstray) this.#ahead = this.#fromWorld()
    this.#isAstray = false
    for (const tell of this.#onQuiet.splice(0)) tell()
  }

  #fromWorld(): ReadonlyMap<string, Walls> {
    return new Map(
      this.#rooms.districts.map((district) => {
        const walls = new Walls(district)
        const known = this.#rooms.world.walls(district)
        if (known !== undefined) walls.restore(known.dump())
        return [district, walls]
      }),
    )
  }
}

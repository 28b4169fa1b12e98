import type { World } from '../core/world.ts'

/** Folding further than this is dearer than reading a checkpoint. */
const cheapSteps = 20_000
/** one for whoever plays the past, one for whoever asks about another instant meanwhile */
const kept = 2

/** Where the last questions about the past were answered: the next is usually a little later. */
export class NearWorlds {
  /** the last used first */
  #worlds: readonly World[] = []

  /**
   * A world at or a little before entry `seq`; it is then folded on by the one who took it. Without one near enough `make` is asked, and the
   * one that was not used for longest is given up.
   */
  take(seq: number, make: () => World): World {
    const near = this.#worlds
      .filter((world) => world.seq <= seq && seq - world.seq <= cheapSteps)
      .sort((a, b) => b.seq - a.seq)
      .at(0)
    const world = near ?? make()
    this.#worlds = [world, ...this.#worlds.filter((other) => other !== world)].slice(0, kept)
    return world
  }
}

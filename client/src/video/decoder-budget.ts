interface Waiting {
  readonly isFirst: boolean
  readonly begin: () => void
}

/** How many pictures one page decodes at a time; further tiles wait in words. Measured: 16 tiles of 640×360 take less than one core. */
export class DecoderBudget {
  #most: number
  #taken = 0
  readonly #waiting: Waiting[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** Takes effect as decoders are taken and given back: a picture that runs is not stopped. */
  resize(most: number): void {
    this.#most = most
    this.#letIn()
  }

  /**
   * Calls `start` as soon as there is room, perhaps at once; the answer gives the room back, or leaves the queue.
   * @param isFirst goes before those who wait already: the tile that everybody looks at
   */
  take(start: () => void, isFirst = false): () => void {
    let isHeld = false
    const waiting: Waiting = {
      isFirst,
      begin: () => {
        isHeld = true
        this.#taken++
        start()
      },
    }
    const before = isFirst ? this.#waiting.findIndex((other) => !other.isFirst) : -1
    this.#waiting.splice(before < 0 ? this.#waiting.length : before, 0, waiting)
    this.#letIn()
    let isDone = false
    return () => {
      if (isDone) return
      isDone = true
      if (isHeld) this.#taken--
      else this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
      this.#letIn()
    }
  }

  #letIn(): void {
    while (this.#taken < this.#most) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      next.begin()
    }
  }
}

/** The page's own budget; the video panel sets its size. */
export const pageDecoders = new DecoderBudget(16)

/** How many pictures one page decodes at a time; further tiles wait in words. Measured: 16 tiles of 640×360 take less than one core. */
export class DecoderBudget {
  readonly #most: number
  #taken = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** Calls `start` as soon as there is room, perhaps at once; the answer gives the room back, or leaves the queue. */
  take(start: () => void): () => void {
    if (this.#taken < this.#most) {
      this.#taken++
      start()
      return this.#once(() => this.#leave())
    }
    let isHeld = false
    const turn = (): void => {
      isHeld = true
      this.#taken++
      start()
    }
    this.#waiting.push(turn)
    return this.#once(() => {
      if (isHeld) this.#leave()
      else this.#waiting.splice(this.#waiting.indexOf(turn), 1)
    })
  }

  #leave(): void {
    this.#taken--
    this.#waiting.shift()?.()
  }

  #once(act: () => void): () => void {
    let isDone = false
    return () => {
      if (isDone) return
      isDone = true
      act()
    }
  }
}

/** The page's own budget. */
export const pageDecoders = new DecoderBudget(16)

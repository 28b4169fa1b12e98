interface UnderWay {
  readonly bytes: number
  readonly onTaken: () => void
  isTaken: boolean
}

/**
 * Deliveries under way: as many, and as many bytes, as make good use of the recorder, and no more. What is taken is told in the order in which
 * it came, as MQTT's acknowledgements must be.
 */
export class DeliveryWindow {
  readonly #most: number
  readonly #mostBytes: number
  readonly #onFailure: (error: unknown) => void
  readonly #underWay: UnderWay[] = []
  readonly #waiting: (() => void)[] = []
  readonly #idlers: (() => void)[] = []
  #bytes = 0
  #hasFailed = false

  /** @param onFailure told of the first delivery that fails; nothing is told as taken after it */
  constructor(onFailure: (error: unknown) => void, most = 500, mostBytes = 32 * 1024 * 1024) {
    this.#onFailure = onFailure
    this.#most = most
    this.#mostBytes = mostBytes
  }

  /** One message is always let in, however large. */
  get hasRoom(): boolean {
    return this.#underWay.length === 0 || (this.#underWay.length < this.#most && this.#bytes < this.#mostBytes)
  }

  /** Counts a delivery in until it is taken; `onTaken` is called when it and all before it are. */
  start(delivery: Promise<unknown>, bytes: number, onTaken: () => void = () => undefined): void {
    const entry: UnderWay = { bytes, onTaken, isTaken: false }
    this.#underWay.push(entry)
    this.#bytes += bytes
    delivery.then(
      () => {
        entry.isTaken = true
        this.#tell()
      },
      (error: unknown) => {
        if (!this.#hasFailed) this.#onFailure(error)
        this.#hasFailed = true
        this.#tell()
      },
    )
  }

  /** Calls `proceed` now, or as soon as there is room; never after a failure. */
  whenRoom(proceed: () => void): void {
    if (this.hasRoom && this.#waiting.length === 0) proceed()
    else this.#waiting.push(proceed)
  }

  /** Resolves as soon as there is room; never after a failure. */
  room(): Promise<void> {
    return new Promise((resolve) => this.whenRoom(resolve))
  }

  /** Calls `proceed` now, or when nothing is under way and nothing waits for room; also after a failure. */
  whenIdle(proceed: () => void): void {
    if (this.#isIdle) proceed()
    else this.#idlers.push(proceed)
  }

  get #isIdle(): boolean {
    return this.#hasFailed || (this.#underWay.length === 0 && this.#waiting.length === 0)
  }

  #tell(): void {
    while (!this.#hasFailed && this.#underWay[0]?.isTaken === true) {
      const { bytes, onTaken } = this.#underWay[0]
      this.#underWay.shift()
      this.#bytes -= bytes
      onTaken()
    }
    while (this.#waiting.length > 0 && this.hasRoom && !this.#hasFailed) this.#waiting.shift()?.()
    while (this.#idlers.length > 0 && this.#isIdle) this.#idlers.shift()?.()
  }
}

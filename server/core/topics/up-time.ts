interface UpTimeDump {
  readonly upMs: number
  readonly upFromMs: number | null
  readonly fromMs: number | null
}

/** 服务水平: how long a feed was up this month. Told on a clock that runs only while we watch, so all is in its milliseconds. */
export class UpTime {
  /** of the times up that are over */
  #upMs = 0
  #upFromMs: number | undefined
  /** when the month began, or the feed was first up; undefined before that */
  #fromMs: number | undefined

  turn(isUp: boolean, watchedMs: number): void {
    if (this.#upFromMs !== undefined) this.#upMs += watchedMs - this.#upFromMs
    this.#upFromMs = isUp ? watchedMs : undefined
    if (isUp) this.#fromMs ??= watchedMs
  }

  beginMonth(watchedMs: number): void {
    this.#upMs = 0
    if (this.#upFromMs !== undefined) this.#upFromMs = watchedMs
    if (this.#fromMs !== undefined) this.#fromMs = watchedMs
  }

  /** Of this month's time since the feed was first up, the share in which it was up; undefined before. */
  share(watchedMs: number): number | undefined {
    if (this.#fromMs === undefined || watchedMs === this.#fromMs) return undefined
    const upMs = this.#upMs + (this.#upFromMs === undefined ? 0 : watchedMs - this.#upFromMs)
    return upMs / (watchedMs - this.#fromMs)
  }

  dump(): UpTimeDump {
    return { upMs: this.#upMs, upFromMs: this.#upFromMs ?? null, fromMs: this.#fromMs ?? null }
  }

  restore({ upMs, upFromMs, fromMs }: UpTimeDump): void {
    this.#upMs = upMs
    this.#upFromMs = upFromMs ?? undefined
    this.#fromMs = fromMs ?? undefined
  }
}

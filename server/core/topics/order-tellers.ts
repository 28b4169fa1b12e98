type TellersDump = readonly (readonly [channel: string, feeds: readonly string[]])[]

/**
 * 工单来自: which feeds have told orders of a channel, ever. A count is as good as the worst of them: it misses what a silent one would have told.
 * Only of the channels that are named at the start, so that a feed which names ever new ones fills no memory.
 */
export class OrderTellers {
  readonly #byChannel: ReadonlyMap<string, Set<string>>
  readonly #known = new Map<string, readonly string[]>()

  constructor(channels: Iterable<string>) {
    this.#byChannel = new Map([...channels].map((channel) => [channel, new Set()]))
  }

  /** @returns whether that is new */
  heard(channel: string, feed: string): boolean {
    const feeds = this.#byChannel.get(channel)
    if (feeds === undefined || feeds.has(feed)) return false
    feeds.add(feed)
    this.#known.clear()
    return true
  }

  /** Of any of the channels, by id; the same list as long as nothing is new. */
  of(channels: readonly string[]): readonly string[] {
    const name = channels.join(' ')
    let known = this.#known.get(name)
    if (known === undefined) {
      known = [...new Set(channels.flatMap((channel) => [...(this.#byChannel.get(channel) ?? [])]))].sort()
      this.#known.set(name, known)
    }
    return known
  }

  dump(): TellersDump {
    return [...this.#byChannel].map(([channel, feeds]) => [channel, [...feeds]])
  }

  restore(dump: TellersDump): void {
    for (const [channel, feeds] of dump) for (const feed of feeds) this.heard(channel, feed)
  }
}

import { addTold, fadeTold, fairTellers } from './fair-share.ts'
import type { Told } from './fair-share.ts'

type TellersDump = readonly (readonly [
  channel: string,
  told: readonly (readonly [feed: string, count: number])[],
  weighed: readonly (readonly [feed: string, count: number])[],
])[]

interface Channel {
  readonly told: Told
  /** as it was told when shares were weighed last */
  weighed: ReadonlyMap<string, number>
}

/**
 * 工单来自: which feeds tell a fair share of a channel's orders. A count is as good as the worst of them: it misses what a silent one would have
 * told; one that told a single order long ago takes nothing from it. Only of the channels that are named at the start, so that a feed which
 * names ever new ones fills no memory. Shares are weighed once a minute, and when a feed speaks of a channel for the first time.
 */
export class OrderTellers {
  readonly #byChannel: ReadonlyMap<string, Channel>
  readonly #known = new Map<string, readonly string[]>()

  constructor(channels: Iterable<string>) {
    this.#byChannel = new Map([...channels].map((channel) => [channel, { told: new Map(), weighed: new Map() }]))
  }

  /** @returns whether that feed is new to the channel */
  heard(channel: string, feed: string): boolean {
    const known = this.#byChannel.get(channel)
    if (known === undefined) return false
    const isNew = !known.told.has(feed)
    addTold(known.told, feed)
    if (isNew) this.weigh()
    return isNew
  }

  /** From now on shares are those of what has been told up to now. */
  weigh(): void {
    for (const channel of this.#byChannel.values()) channel.weighed = new Map(channel.told)
    this.#known.clear()
  }

  beginDay(): void {
    for (const { told } of this.#byChannel.values()) fadeTold(told)
  }

  /** Of all orders of the channels together, by id; the same list until shares are weighed again. */
  of(channels: readonly string[]): readonly string[] {
    const name = channels.join(' ')
    let known = this.#known.get(name)
    if (known === undefined) {
      known = fairTellers(channels.flatMap((channel) => this.#byChannel.get(channel)?.weighed ?? []))
      this.#known.set(name, known)
    }
    return known
  }

  dump(): TellersDump {
    return [...this.#byChannel].map(([channel, { told, weighed }]) => [channel, [...told], [...weighed]])
  }

  restore(dump: TellersDump): void {
    for (const [channel, told, weighed] of dump) {
      const known = this.#byChannel.get(channel)
      if (known === undefined) continue
      for (const [feed, count] of told) known.told.set(feed, count)
      known.weighed = new Map(weighed)
    }
    this.#known.clear()
  }
}

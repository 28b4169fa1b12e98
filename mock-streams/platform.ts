/** A simulated upstream: what it says is a pure function of the city and of time. */
export interface Platform {
  /** id of the feed at the server that it writes to */
  readonly feed: string
  /** what it says in [from, to), in the order it happens; asked for consecutive spans */
  messagesBetween(from: number, to: number): readonly object[]
  /** where it begins to tell the past when it starts at `now` */
  backfillFrom(now: number): number
  /** says that it is there, when nothing else was said for `heartbeatMs` */
  heartbeat(at: number): object
  readonly heartbeatMs: number
}

import type { City } from './city/scenario.ts'
import type { Ports } from './ports.ts'

/** What a simulated upstream knows of its surroundings. */
export interface Surroundings {
  readonly city: City
  readonly ports: Ports
  /** the centre's data folder, where files are dropped */
  readonly dataDirectory: string
  readonly now: () => number
  /** resolves after `ms`, or as soon as `signal` is aborted */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** A simulated upstream that speaks a protocol of its own. What it says is a pure function of the city and of time. */
export interface Upstream {
  /** id of the feed at the centre */
  readonly feed: string
  /** name of the secret it shares with the centre, as in the feed's file; it is not started without */
  readonly secretName?: string
  /** Runs until the signal is aborted. @throws when it cannot, such as for a port that is taken */
  run(surroundings: Surroundings, secret: string): Promise<void>
}

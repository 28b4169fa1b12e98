import type { VideoSourceFact } from '../../contract/video-fact.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { VideoTroubleAnswer, ViewingGranted } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import { StreamTrouble } from './trouble.ts'
import type { Viewings } from './viewings.ts'
import type { Visitor } from './visitor.ts'

type Need = NonNullable<VideoTroubleAnswer['needs']>

interface Grant {
  readonly reason: string
  readonly until: Instant
}

/** How long a reason that was given holds after the last request. */
const grantedMs = 15 * minuteMs

const words: Readonly<Record<Need, string>> = {
  'no-guest': 'this camera is not shown on a screen that guests see',
  role: 'this camera is shown at the desk only, to people who give a reason',
  name: 'this camera is shown to named people only: open a sign-in link made with a name',
  reason: 'this camera is opened with a reason: POST /api/video/{source}/viewing {"reason": "…"}',
}

/** The one way to a picture: who may look, after having said why, and that it is on the log. */
export class Gate {
  readonly #clock: Clock
  readonly #viewings: Viewings
  /** by session and source; in memory, so that a restart asks again */
  readonly #grants = new Map<string, Grant>()

  constructor({ clock, viewings }: { readonly clock: Clock; readonly viewings: Viewings }) {
    this.#clock = clock
    this.#viewings = viewings
  }

  /**
   * Lets a visitor to a camera: asks `show` for the picture if the visitor may look, and hands it on once the viewing is noted.
   * @throws what `show` throws; StreamTrouble `no-permission` with what is needed, and for a sensitive camera while nothing can be recorded
   */
  async enter<T>({ id: source, sensitivity = 'open' }: VideoSourceFact, visitor: Visitor, show: () => Promise<T>): Promise<T> {
    const grant = sensitivity === 'sensitive' ? this.#grantOf(source, visitor) : undefined
    const need = needOf(sensitivity, visitor) ?? (sensitivity === 'sensitive' && grant === undefined ? 'reason' : undefined)
    if (need !== undefined) throw refusal(need)
    const shown = await show()
    const noted = this.#viewings.seen(source, visitor, grant?.reason)
    if (grant === undefined) {
      // that the log is full is told by others; the picture of an open street need not go dark with it
      noted.catch(() => undefined)
      return shown
    }
    this.#grants.set(keyOf(source, visitor), { ...grant, until: this.#clock.now() + grantedMs })
    await noted.catch((cause: unknown) => {
      throw new StreamTrouble('no-permission', 'who looks at this camera cannot be recorded just now: free disk space on the server', { cause })
    })
    return shown
  }

  /**
   * Opens a sensitive camera for a session; of any other it changes nothing.
   * @throws StreamTrouble `no-permission` with what is needed
   */
  grant({ id: source, sensitivity = 'open' }: VideoSourceFact, visitor: Visitor, reason: string): ViewingGranted {
    const need = needOf(sensitivity, visitor)
    if (need !== undefined) throw refusal(need)
    const now = this.#clock.now()
    for (const [key, { until }] of this.#grants) if (until <= now) this.#grants.delete(key)
    const until = now + grantedMs
    if (sensitivity === 'sensitive') this.#grants.set(keyOf(source, visitor), { reason, until })
    return { until }
  }

  #grantOf(source: string, visitor: Visitor): Grant | undefined {
    const grant = this.#grants.get(keyOf(source, visitor))
    const now = this.#clock.now()
    // one that ends much later than any can is from before the clock was set back
    return grant === undefined || grant.until <= now || grant.until > now + 2 * grantedMs ? undefined : grant
  }
}

const keyOf = (source: string, { session }: Visitor): string => `${session} ${source}`
const refusal = (needs: Need): StreamTrouble => new StreamTrouble('no-permission', words[needs], { needs })

/** What a visitor lacks, apart from a reason. */
function needOf(sensitivity: NonNullable<VideoSourceFact['sensitivity']>, { isGuest, role, name }: Visitor): Need | undefined {
  if (sensitivity === 'open') return undefined
  if (isGuest) return 'no-guest'
  if (sensitivity === 'internal') return undefined
  if (role === 'wall') return 'role'
  return name === undefined ? 'name' : undefined
}

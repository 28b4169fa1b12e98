import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { AttachmentRefusal } from './attachment-store.ts'

/** What one unit may send: the room is everybody's, and one that fills it would take it from all others. */
interface UnitRoomOptions {
  readonly clock: Clock
  readonly mostBytesPerDay: number
  readonly mostBytes: number
  /** bytes of the files that a unit's steps name */
  readonly namedBytes: (unit: string) => number
  readonly isAttached: (id: string) => boolean
}

/** One upload of a unit, counted as it arrives. */
export interface Upload {
  /** Counts one more piece. @returns why it is one too many; undefined while there is room */
  add(bytes: number): AttachmentRefusal | undefined
  /** It is over. `id` is the file's; undefined where nothing of it stays. */
  end(id: string | undefined): void
}

interface Sent {
  readonly at: Instant
  bytes: number
  /** undefined while it is under way */
  id: string | undefined
}

/** What units have sent within a day. In memory: after a restart the day begins anew, and what their steps name is counted from the log. */
export class UnitRoom {
  readonly #options: UnitRoomOptions
  readonly #sent = new Map<string, readonly Sent[]>()

  constructor(options: UnitRoomOptions) {
    this.#options = options
  }

  begin(unit: string): Upload {
    const at = this.#options.clock.now()
    const mine: Sent = { at, bytes: 0, id: undefined }
    // negative: the clock was set back
    const lately = (this.#sent.get(unit) ?? []).filter((one) => Math.abs(at - one.at) < dayMs)
    this.#sent.set(unit, [...lately, mine])
    const before = this.#options.namedBytes(unit)
    return {
      add: (bytes) => {
        mine.bytes += bytes
        return this.#refusal(unit, before)
      },
      end: (id) => {
        mine.id = id
        if (id === undefined) this.#forget(unit, mine)
      },
    }
  }

  #refusal(unit: string, named: number): AttachmentRefusal | undefined {
    const { mostBytesPerDay, mostBytes, isAttached } = this.#options
    const lately = this.#sent.get(unit) ?? []
    if (sumOf(lately) > mostBytesPerDay) {
      const detail = `this unit has sent ${inMegabytes(mostBytesPerDay)} within a day; send it tomorrow, or have attachments.unitDayMegabytes raised`
      return { why: 'enough-today', detail }
    }
    const unnamed = lately.filter(({ id }) => id === undefined || !isAttached(id))
    if (named + sumOf(unnamed) <= mostBytes) return undefined
    return { why: 'full', detail: `the files of this unit have reached ${inMegabytes(mostBytes)}; have attachments.unitMegabytes raised` }
  }

  #forget(unit: string, gone: Sent): void {
    this.#sent.set(
      unit,
      (this.#sent.get(unit) ?? []).filter((one) => one !== gone),
    )
  }
}

const sumOf = (sent: readonly Sent[]): number => sent.reduce((sum, { bytes }) => sum + bytes, 0)

const inMegabytes = (bytes: number): string => `${String(Math.round(bytes / 100_000) / 10)} MB`

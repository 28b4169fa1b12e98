import type { ReadingQuality } from '../../contract/fact.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Refusal } from '../../contract/rejection.ts'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { refusal } from './fact-checks.ts'
import { iso } from './foreign-words.ts'
import { isGood, ruleNamesOf, seriesOf } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { RulesByName } from './rules-by-name.ts'

/** Rules that need to know what a series said before. */

/** The newest recorded value of a series. */
export interface Newest {
  readonly at: Instant
  readonly value: number
  /** absent: good */
  readonly quality?: ReadingQuality | undefined
  /** which feed told it, where that is known */
  readonly feed?: string | undefined
}

/** What is remembered of a series; never changed, replaced. */
export interface SeriesMemory {
  /** undefined when nothing is recorded of it */
  readonly newest: Newest | undefined
  /** the newest good value seen, recorded or within its dead-band: jumps are measured from it */
  readonly seen: { readonly at: Instant; readonly value: number } | undefined
  /** refused as a jump: the next value that agrees with it shows that it was none */
  readonly suspect: { readonly at: Instant; readonly value: number } | undefined
}

export type Verdict =
  | { readonly is: 'taken'; readonly memory: SeriesMemory }
  | { readonly is: 'unchanged'; readonly memory: SeriesMemory }
  | { readonly is: 'refused'; readonly memory: SeriesMemory; readonly refusal: Refusal }

export const memoryOf = (newest: Newest | undefined): SeriesMemory => ({
  newest,
  seen: newest === undefined || (newest.quality ?? 'good') !== 'good' ? undefined : newest,
  suspect: undefined,
})

export class SeriesRules {
  readonly #feed: FeedDefinition
  readonly #jumps: RulesByName<{ readonly most: number; readonly withinSeconds: number }>
  readonly #deadBands: RulesByName<{ readonly change: number; readonly atLeastEverySeconds: number }>
  /** without such a rule nothing need be remembered */
  readonly isEmpty: boolean

  constructor(feed: FeedDefinition) {
    const { jumps, deadBands, outOfOrder, corrections } = feed.admission
    this.#feed = feed
    this.#jumps = new RulesByName(jumps)
    this.#deadBands = new RulesByName(deadBands)
    this.isEmpty = this.#jumps.isEmpty && this.#deadBands.isEmpty && outOfOrder === 'accept' && corrections === 'accept'
  }

  /** Judges the next value of a series. Total; the same memory and fact always give the same. */
  judge(fact: Measurement, memory: SeriesMemory): Verdict {
    const { newest } = memory
    if (newest === undefined) return this.#judgeNew(fact, memory)
    if (fact.at < newest.at) return this.#judgeOlder(fact, memory, newest)
    if (fact.at === newest.at) return this.#judgeSameInstant(fact, memory, newest)
    return this.#judgeNew(fact, memory)
  }

  #judgeOlder(fact: Measurement, memory: SeriesMemory, newest: Newest): Verdict {
    if (this.#feed.admission.outOfOrder === 'accept') return { is: 'taken', memory }
    const cure = `let the upstream send in order, or set outOfOrder: accept under admission of feed ${this.#feed.id}`
    const detail = `at: found ${iso(fact.at)} for ${seriesOf(fact)}, expected nothing older than its newest, ${iso(newest.at)}; ${cure}`
    return { is: 'refused', memory, refusal: refusal('out-of-order', detail) }
  }

  #judgeSameInstant(fact: Measurement, memory: SeriesMemory, newest: Newest): Verdict {
    if (fact.value !== newest.value && this.#feed.admission.corrections === 'refuse') {
      const cure = `let the upstream send one value for an instant, or set corrections: accept under admission of feed ${this.#feed.id}`
      const found = `value: found ${String(fact.value)} for ${seriesOf(fact)} at ${iso(fact.at)}`
      return { is: 'refused', memory, refusal: refusal('correction', `${found}, expected ${String(newest.value)} as recorded; ${cure}`) }
    }
    return { is: 'taken', memory: recorded(fact, memory) }
  }

  #judgeNew(fact: Measurement, memory: SeriesMemory): Verdict {
    const jumped = this.#jump(fact, memory)
    if (jumped !== undefined) return { is: 'refused', memory: { ...memory, suspect: { at: fact.at, value: fact.value } }, refusal: jumped }
    if (this.#isWithinDeadBand(fact, memory)) {
      return { is: 'unchanged', memory: { ...memory, seen: laterOf(memory.seen, fact), suspect: undefined } }
    }
    return { is: 'taken', memory: recorded(fact, memory) }
  }

  #jump(fact: Measurement, { seen, suspect }: SeriesMemory): Refusal | undefined {
    if (seen === undefined || this.#jumps.isEmpty || !isGood(fact)) return undefined
    const found = this.#jumps.find(ruleNamesOf(fact))
    if (found === undefined) return undefined
    const { most, withinSeconds } = found.rule
    const moved = Math.abs(fact.value - seen.value)
    const seconds = Math.abs(fact.at - seen.at) / secondMs
    if (moved <= most || seconds > withinSeconds) return undefined
    // the same message once more is no second witness
    if (suspect !== undefined && fact.at > suspect.at && Math.abs(fact.value - suspect.value) <= most) return undefined
    const before = `${String(seen.value)} at ${iso(seen.at)}`
    const expected = `at most ${String(most)} from ${before} within ${String(withinSeconds)} s`
    const cure = `the next value that agrees with it is taken; or change jumps[${JSON.stringify(found.name)}] under admission of feed ${this.#feed.id}`
    return refusal('jump', `value: found ${String(fact.value)} for ${seriesOf(fact)}, expected a move of ${expected}; ${cure}`)
  }

  #isWithinDeadBand(fact: Measurement, { newest }: SeriesMemory): boolean {
    // a change of quality is news, whatever the value
    if (newest === undefined || this.#deadBands.isEmpty || !isGood(fact) || (newest.quality ?? 'good') !== 'good') return false
    const found = this.#deadBands.find(ruleNamesOf(fact))
    if (found === undefined) return false
    const { change, atLeastEverySeconds } = found.rule
    return Math.abs(fact.value - newest.value) < change && fact.at - newest.at < atLeastEverySeconds * secondMs
  }
}

const laterOf = (seen: SeriesMemory['seen'], fact: Measurement): SeriesMemory['seen'] =>
  seen !== undefined && seen.at > fact.at ? seen : { at: fact.at, value: fact.value }

function recorded(fact: Measurement, { seen }: SeriesMemory): SeriesMemory {
  const quality = fact.kind === 'sensor-reading' ? fact.quality : undefined
  return { newest: { at: fact.at, value: fact.value, quality }, seen: isGood(fact) ? laterOf(seen, fact) : seen, suspect: undefined }
}

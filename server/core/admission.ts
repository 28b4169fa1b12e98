import type { FeedDefinition } from '../../contract/feed.ts'
import { factSchema, feedFactKinds } from '../../contract/fact.ts'
import type { Fact } from '../../contract/fact.ts'
import type { Refusal } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Instant } from '../../contract/time.ts'
import { checkOrderAnswer } from './answer-checks.ts'
import type { FindOrder } from './answer-checks.ts'
import { checkFact, refusal, withoutNullIsland } from './fact-checks.ts'
import type { CheckSetting } from './fact-checks.ts'
import { withFitNames } from './fact-names.ts'
import { explainShape } from './foreign-words.ts'
import { isMeasurement, seriesOf } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { plainFact } from './plain-fact.ts'
import { RecentMap } from './recent-map.ts'
import type { Registry } from './registry.ts'
import { RulesByName } from './rules-by-name.ts'
import { memoryOf, SeriesRules } from './series-rules.ts'
import type { Newest, SeriesMemory } from './series-rules.ts'

/** Series remembered for one feed. */
const seriesRemembered = 100_000

export interface AdmissionOptions {
  readonly feed: FeedDefinition
  readonly registry: Registry
  /** The newest recorded value of a series, named by `seriesOf`. Asked once, then remembered. */
  readonly last: (series: string) => Newest | undefined
  /** an order of the feed's district; absent takes answers of its units to any */
  readonly order?: FindOrder | undefined
  /** the same name for the same plate each time, which says nothing of it; absent: what is named by a plate is refused */
  readonly alias?: (plate: string) => string
}

/** A fact to record, why there is none, or that it moved too little to be recorded (deadBands). */
export type Admitted = Result<Fact, Refusal> | { readonly unchanged: true }

/** What is judged and recorded together. */
export interface AdmissionSession {
  /**
   * Judges a candidate fact by its shape, the registry, our clock and the feed's rules. What the session has judged already counts.
   * The same instant and value once more is taken: the recorder knows duplicates. Total: never throws.
   */
  admit(candidate: unknown): Admitted
  /** What it admitted is durable and what it refused is kept: it counts for the sessions to come. Left out, the session leaves no trace. */
  commit(): void
}

/** 入库: one for each feed, for as long as its definition lives. Sessions should follow one another: of two that overlap neither sees the other. */
export interface Admission {
  session(now: Instant): AdmissionSession
}

const unchanged: Admitted = { unchanged: true }
const feedKinds: ReadonlySet<string> = new Set(feedFactKinds)

export function createAdmission({ feed, registry, last, order, alias }: AdmissionOptions): Admission {
  const setting: CheckSetting = { feed, registry, ranges: new RulesByName(feed.admission.ranges) }
  const rules = new SeriesRules(feed)
  const remembered = new RecentMap<SeriesMemory>(seriesRemembered)
  const recall = (series: string): SeriesMemory => {
    let memory = remembered.get(series)
    if (memory === undefined) {
      memory = memoryOf(last(series))
      remembered.set(series, memory)
    }
    return memory
  }
  return {
    session(now) {
      const touched = new Map<string, SeriesMemory>()
      const judge = (fact: Measurement): Admitted => {
        const series = seriesOf(fact)
        const verdict = rules.judge(fact, touched.get(series) ?? recall(series))
        touched.set(series, verdict.memory)
        if (verdict.is === 'refused') return fail(verdict.refusal)
        return verdict.is === 'unchanged' ? unchanged : ok(withoutNullIsland(fact))
      }
      return {
        admit(candidate) {
          const shaped = readFact(candidate)
          if (!shaped.ok) return shaped
          const called = withFitNames(shaped.value, alias, now)
          if (!called.ok) return called
          const fact = called.value
          const refused = checkFact(fact, setting, now) ?? (fact.kind === 'order-answer' ? checkOrderAnswer(fact, feed, order) : undefined)
          if (refused !== undefined) return fail(refused)
          return isMeasurement(fact) && !rules.isEmpty ? judge(fact) : ok(withoutNullIsland(fact))
        },
        commit() {
          for (const [series, memory] of touched) {
            if ((recall(series).newest?.at ?? -Infinity) <= (memory.newest?.at ?? -Infinity)) remembered.set(series, memory)
          }
          touched.clear()
        },
      }
    },
  }
}

/** A candidate as a fact that a feed may tell. */
function readFact(candidate: unknown): Result<Fact, Refusal> {
  const plain = plainFact(candidate)
  if (plain !== undefined) return ok(plain)
  const parsed = factSchema.safeParse(candidate)
  if (!parsed.success) return fail(refusal('bad-shape', explainShape(candidate, parsed.error.issues)))
  const { kind } = parsed.data
  if (feedKinds.has(kind)) return ok(parsed.data)
  return fail(refusal('unknown-value', `kind: found ${kind}, which only the server itself records; expected one of ${feedFactKinds.join(', ')}`))
}

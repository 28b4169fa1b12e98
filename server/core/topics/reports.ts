import type { Entry } from '../../../contract/fact.ts'
import { reportId } from '../../../contract/report.ts'
import type { ReportChange, ReportFact, ReportSettings, ReportState } from '../../../contract/report.ts'
import type { Instant } from '../../../contract/time.ts'
import { monthNumber } from '../calendar.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { monthOf, monthText } from '../ranking-counts.ts'
import { reportDue } from '../report-due.ts'

/** Months that are told: the running one and those before it. */
const monthsTold = 36
const changesTold = 20

/** What somebody wrote in place of a section's draft. */
export interface EditedText {
  readonly text: string
  readonly by: string
  readonly at: Instant
}

/** A month's report as the log has it. */
export interface HeldReport {
  readonly month: string
  readonly state: ReportFact['state']
  readonly version: number
  readonly cutOffAt: Instant
  /** newest first */
  readonly changes: readonly ReportChange[]
  /** by section; empty once it is issued: the document has them */
  readonly texts: Readonly<Record<string, EditedText>>
  /** entry of the log that holds the issued document; undefined until then */
  readonly issuedSeq: number | undefined
}

/** Before the first draft. */
const nothing = { version: 0, changes: [], texts: {} } satisfies Partial<HeldReport>

/** Whether a fact may follow: nothing before the draft, nothing twice, and nothing after the issue. */
function follows(held: HeldReport | undefined, { state, command }: ReportFact): boolean {
  if (held === undefined) return state === 'drafted'
  return held.state !== 'issued' && held.changes.every((change) => change.command !== command)
}

function evolve(held: HeldReport | undefined, fact: ReportFact, seq: number): HeldReport {
  const { month, state, at, by, command } = fact
  const before = held ?? nothing
  const version = before.version + 1
  const change = { version, at, by, command, state, sections: Object.keys(fact.texts ?? {}) }
  return {
    ...{ month, state, version },
    cutOffAt: held === undefined || state === 'drafted' ? fact.cutOffAt : held.cutOffAt,
    changes: [change, ...before.changes].slice(0, changesTold),
    texts: state === 'issued' ? {} : withTexts(before.texts, fact),
    issuedSeq: state === 'issued' ? seq : undefined,
  }
}

function withTexts(held: HeldReport['texts'], { texts = {}, by, at }: ReportFact): HeldReport['texts'] {
  const kept = Object.entries(held).filter(([section]) => !(section in texts))
  const written = Object.entries(texts).flatMap(([section, text]) => (text === null ? [] : [[section, { text, by, at }] as const]))
  return Object.fromEntries([...kept, ...written])
}

/**
 * 月度专报: what was drafted, edited and issued, month by month, and when it is due. People write it now, also in a district that replays a recording.
 */
export class Reports implements Fold {
  readonly kinds = ['report'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #settings: ReportSettings | undefined
  readonly #held = new Map<string, HeldReport>()
  readonly #published = new Published('reports', (id) => this.#build(id))
  #month = 0

  constructor(context: FoldContext) {
    this.#context = context
    this.#settings = context.registry.app.reports.find(({ district }) => district === context.district.id)
    this.topics = [this.#published]
  }

  /** The report of a month; undefined before it is drafted, and when it is told no more. */
  held(month: string): HeldReport | undefined {
    return this.#held.get(month)
  }

  advance(): void {
    const { recorded, zone } = this.#context.time
    const month = monthNumber(recorded, zone)
    if (month === this.#month) return
    for (const gone of [...this.#held.keys(), monthText(this.#month)]) this.#touch(gone)
    this.#month = month
    for (const old of this.#held.keys()) if (!this.#isTold(old)) this.#held.delete(old)
    this.#touch(monthText(month))
  }

  apply({ fact, seq }: Entry): void {
    if (fact.kind !== 'report') return
    const held = this.#held.get(fact.month)
    if (!follows(held, fact)) return
    this.#held.set(fact.month, evolve(held, fact, seq))
    this.#touch(fact.month)
  }

  dump(): readonly HeldReport[] {
    return [...this.#held.values()]
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const held of dump as readonly HeldReport[]) {
      this.#held.set(held.month, held)
      this.#touch(held.month)
    }
  }

  #isTold(month: string): boolean {
    return monthOf(month) > this.#month - monthsTold
  }

  #touch(month: string): void {
    this.#published.touch(reportId(this.#context.district.id, month))
  }

  #build(id: string): ReportState | undefined {
    const month = id.slice(-'YYYY-MM'.length)
    const held = this.#held.get(month)
    if (this.#settings === undefined || !this.#isTold(month)) return undefined
    if (held === undefined && monthOf(month) !== this.#month) return undefined
    const { registry, time } = this.#context
    const { dueAt, remindAt, isProvisional } = reportDue(month, this.#settings, registry.calendar, time.zone)
    return { id, month, ...stateOf(held), dueAt, isDueProvisional: isProvisional, remindAt }
  }
}

function stateOf(held: HeldReport | undefined): Omit<ReportState, 'id' | 'month' | 'dueAt' | 'isDueProvisional' | 'remindAt'> {
  if (held === undefined) return { state: 'due', version: 0, cutOffAt: undefined, changedAt: undefined, changedBy: undefined, changes: [] }
  const { state, version, cutOffAt, changes } = held
  return { state, version, cutOffAt, changedAt: changes[0]?.at, changedBy: changes[0]?.by, changes }
}

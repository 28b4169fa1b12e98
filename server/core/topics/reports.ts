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

/** Drafted, edited and issued, in this order of what may follow what; a command that is heard again changes nothing, and nothing changes what is issued. */
function evolve(held: HeldReport | undefined, fact: ReportFact, seq: number): HeldReport | undefined {
  if (held === undefined && fact.state !== 'drafted') return undefined
  if (held?.state === 'issued' || held?.changes.some(({ command }) => command === fact.command) === true) return held
  const isIssued = fact.state === 'issued'
  const change = {
    version: (held?.version ?? 0) + 1,
    at: fact.at,
    by: fact.by,
    command: fact.command,
    state: fact.state,
    sections: Object.keys(fact.texts ?? {}),
  }
  return {
    month: fact.month,
    state: fact.state,
    version: change.version,
    cutOffAt: fact.state === 'drafted' ? fact.cutOffAt : (held?.cutOffAt ?? fact.cutOffAt),
    changes: [change, ...(held?.changes ?? [])].slice(0, changesTold),
    texts: isIssued ? {} : withTexts(held?.texts ?? {}, fact),
    issuedSeq: isIssued ? seq : undefined,
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
    const next = evolve(this.#held.get(fact.month), fact, seq)
    if (next === undefined) return
    this.#held.set(fact.month, next)
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
    const isDue = this.#settings !== undefined && monthOf(month) === this.#month
    if (this.#settings === undefined || (held === undefined && !isDue) || !this.#isTold(month)) return undefined
    const { dueAt, remindAt, isProvisional } = reportDue(month, this.#settings, this.#context.registry.calendar, this.#context.time.zone)
    const [last] = held?.changes ?? []
    return {
      id,
      month,
      state: held?.state ?? 'due',
      version: held?.version ?? 0,
      cutOffAt: held?.cutOffAt,
      changedAt: last?.at,
      changedBy: last?.by,
      dueAt,
      isDueProvisional: isProvisional,
      remindAt,
      changes: held?.changes ?? [],
    }
  }
}

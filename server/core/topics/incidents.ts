import { incidentStages } from '../../../contract/fact.ts'
import type { Entry, IncidentFact } from '../../../contract/fact.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Incident, IncidentStep } from '../../../contract/topic.ts'
import { clockAt, nextClockChange } from '../deadline.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { rankOf, reopen, restate, settle, settledAtOf, unsettled, unstated } from '../statements.ts'
import type { Settlement, Statement } from '../statements.ts'

/** Steps shown of one incident: the latest, should somebody note more. */
const stepsKept = 200

/** How long after closing an incident is shown, and how long its title and steps are remembered for facts that come late. */
const shownMs = dayMs
const rememberedMs = 30 * dayMs

const statedKeys = ['priority', 'title', 'type', 'unit', 'subdistrict', 'place', 'dueAt'] as const
type StatedOfIncident = Pick<Incident, (typeof statedKeys)[number]>

interface IncidentRecord {
  incident: Incident
  stageRank: number
  readonly ranks: number[]
  settlement: Settlement
  /** when time alone changes it next: its clock, or its leaving the screen */
  wakeAt: Instant | undefined
}

const positionOf = (stage: IncidentStep['stage']): number => incidentStages.indexOf(stage)

function compareSteps(one: IncidentStep, other: IncidentStep): number {
  const byTime = one.at - other.at || positionOf(one.stage) - positionOf(other.stage)
  if (byTime !== 0) return byTime
  const [note, otherNote] = [one.note ?? '', other.note ?? '']
  if (note === otherNote) return 0
  return note < otherNote ? -1 : 1
}

function withStep(steps: readonly IncidentStep[], { at, stage, note }: IncidentFact): readonly IncidentStep[] {
  const step = { at, stage, note }
  if (steps.some((known) => compareSteps(known, step) === 0)) return steps
  return [...steps, step].sort(compareSteps).slice(-stepsKept)
}

function blankRecord({ id, at }: IncidentFact, feed: string): IncidentRecord {
  return {
    incident: {
      id,
      title: '',
      type: '',
      priority: 'normal',
      stage: 'reported',
      unit: undefined,
      subdistrict: undefined,
      place: undefined,
      reportedAt: at,
      closedAt: undefined,
      dueAt: undefined,
      clock: 'none',
      steps: [],
      feed,
    },
    stageRank: unstated,
    ranks: statedKeys.map(() => unstated),
    settlement: unsettled,
    wakeAt: undefined,
  }
}

const deadlineOf = ({ reportedAt, dueAt, closedAt }: Omit<Incident, 'clock'>) => ({ openedAt: reportedAt, dueAt, settledAt: closedAt })

/** The incident after one more fact, the same for every order of arrival; the record's ranks and settlement move on. */
function evolve(record: IncidentRecord, fact: IncidentFact, feed: string): Omit<Incident, 'clock'> {
  const { incident } = record
  const rank = rankOf(fact.at, positionOf(fact.stage))
  const stated: Statement<StatedOfIncident> = fact
  const restated = restate<StatedOfIncident>(statedKeys, incident, record.ranks, { fact: stated, rank })
  record.settlement = fact.stage === 'closed' ? settle(record.settlement, fact.at) : reopen(record.settlement, fact.at)
  const isLatest = rank > record.stageRank
  const isRival = rank === record.stageRank && feed > incident.feed
  if (isLatest) record.stageRank = rank
  return {
    ...incident,
    ...restated,
    stage: isLatest ? fact.stage : incident.stage,
    feed: isLatest || isRival ? feed : incident.feed,
    reportedAt: Math.min(incident.reportedAt, fact.at),
    closedAt: settledAtOf(record.settlement),
    steps: withStep(incident.steps, fact),
  }
}

/** When it leaves the screen and is forgotten: never, while it is open. */
const endsOf = ({ closedAt = Infinity }: Incident) => ({ leavesAt: closedAt + shownMs, forgottenAt: closedAt + rememberedMs })

/** When time alone changes it next. */
function nextChange(incident: Incident, now: Instant): Instant | undefined {
  const { leavesAt, forgottenAt } = endsOf(incident)
  if (incident.closedAt === undefined) return nextClockChange(deadlineOf(incident), now)
  return [leavesAt, forgottenAt].find((at) => at > now)
}

/**
 * 事件: open incidents, and closed ones for a day. After a month an incident is remembered without title and steps only, so that a fact
 * repeated late does not raise it again; one that is truly reopened after that comes back with what is stated from then on.
 */
class Incidents implements Fold {
  readonly kinds = ['incident'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #records = new Map<string, IncidentRecord>()
  readonly #wakes = new DueHeap<IncidentRecord>()
  readonly #published: Published<'incidents'>
  #isTrusted = true

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('incidents', (id) => {
      const record = this.#records.get(id)
      return record === undefined || endsOf(record.incident).leavesAt <= context.time.now ? undefined : record.incident
    })
    this.topics = [this.#published]
  }

  advance(): void {
    const { now, isTrusted } = this.#context.time
    if (isTrusted !== this.#isTrusted) this.#retell(isTrusted)
    for (let record = this.#wakes.take(now); record !== undefined; record = this.#wakes.take(now)) {
      if (record.wakeAt !== undefined && record.wakeAt <= now) this.#put(record, record.incident)
    }
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'incident') return
    const record = this.#records.get(fact.id) ?? blankRecord(fact, feed)
    this.#records.set(fact.id, record)
    this.#put(record, evolve(record, fact, feed))
  }

  dump(): unknown {
    return [...this.#records.values()].map((record) => ({ ...record, ranks: [...record.ranks] }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as IncidentRecord[]) {
      record.wakeAt = undefined
      this.#records.set(record.incident.id, record)
      this.#put(record, record.incident)
    }
  }

  /** Whether the time can be trusted has changed: what fell due since becomes unsure, or what was unsure is set right. */
  #retell(isTrusted: boolean): void {
    this.#isTrusted = isTrusted
    for (const record of this.#records.values()) if (record.incident.closedAt === undefined) this.#put(record, record.incident)
  }

  #put(record: IncidentRecord, told: Omit<Incident, 'clock'>): void {
    const { now, trustedNow } = this.#context.time
    const incident = { ...told, clock: clockAt(deadlineOf(told), now, trustedNow) }
    record.incident = endsOf(incident).forgottenAt <= now ? { ...incident, title: '', steps: [] } : incident
    const wakeAt = nextChange(incident, now)
    if (wakeAt !== undefined && wakeAt !== record.wakeAt) this.#wakes.add(wakeAt, record)
    record.wakeAt = wakeAt
    this.#published.touch(incident.id)
  }
}

export const createIncidents = (context: FoldContext): Fold => new Incidents(context)

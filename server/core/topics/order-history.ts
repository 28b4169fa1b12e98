import { workOrderStages } from '../../../contract/fact.ts'
import type { WorkOrderStage } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import { rankOf, stagesPerInstant } from '../statements.ts'

/**
 * 办理经过: the stages that an order is known to have reached, as ranks (statements.ts), ascending, each once. All that depends on their order
 * is told from the whole of it, so it comes out the same however the facts arrived.
 */
export type History = readonly number[]

/**
 * Steps kept of one order, should an upstream send it round for ever: of each stage so many of the earliest, which decide its clocks (the first
 * dispatch, interim reply, closing and return), and so many of the latest, which say where it stands. No stage crowds out another, and what is
 * kept is the same for every order of arrival.
 */
const endsKept = 8

const positions = new Map(workOrderStages.map((stage, position) => [stage, position]))

/** Of a fact that states no stage: an extension, a rating. It comes after all stages of its instant. */
const withoutStage = workOrderStages.length

/** Where a fact ranks among the statements about an order. */
export const rankOfStage = (at: Instant, stage: WorkOrderStage | undefined): number =>
  rankOf(at, stage === undefined ? withoutStage : (positions.get(stage) ?? withoutStage))

/** Adds one step, in its place, unless it is known already. */
export function addStep(history: number[], rank: number): void {
  let place = history.length
  while (place > 0 && (history[place - 1] ?? 0) > rank) place -= 1
  if (history[place - 1] === rank) return
  if (place === history.length) history.push(rank)
  else history.splice(place, 0, rank)
  if (history.length > 2 * endsKept) dropMiddle(history, rank % stagesPerInstant)
}

/** Takes out the middle step of a stage that has one more than are kept. */
function dropMiddle(history: number[], position: number): void {
  const alike = history.filter((rank) => rank % stagesPerInstant === position)
  const middle = alike[endsKept]
  if (alike.length > 2 * endsKept && middle !== undefined) history.splice(history.indexOf(middle), 1)
}

const underWay: ReadonlySet<WorkOrderStage> = new Set<WorkOrderStage>(['received', 'dispatched', 'accepted', 'interim', 'handled'])

/** What a history comes to. */
export interface Life {
  readonly stage: WorkOrderStage
  /** earliest settling that was not undone; undefined while open */
  readonly settledAt: Instant | undefined
  /** 签收 and 办理完毕: in this handling, and the latter since the latest return */
  readonly isAccepted: boolean
  readonly isHandled: boolean
  /** first dispatch of the first handling, unless it was settled before that */
  readonly dispatchedAt: Instant | undefined
  /** first interim reply of the first handling */
  readonly interimAt: Instant | undefined
  /** first return of any kind */
  readonly returnedAt: Instant | undefined
  /** 重办: first and latest return after a closing */
  readonly firstReopenedAt: Instant | undefined
  readonly reopenedAt: Instant | undefined
  /** first statement that it was received; undefined while none came */
  readonly receivedAt: Instant | undefined
  /** when the first handling was settled; undefined unless it was closed and returned */
  readonly firstSettledAt: Instant | undefined
}

class LifeTeller implements Life {
  stage: WorkOrderStage = 'received'
  settledAt: Instant | undefined
  isAccepted = false
  isHandled = false
  dispatchedAt: Instant | undefined
  interimAt: Instant | undefined
  returnedAt: Instant | undefined
  firstReopenedAt: Instant | undefined
  reopenedAt: Instant | undefined
  receivedAt: Instant | undefined
  firstSettledAt: Instant | undefined
  #isClosed = false

  take(stage: WorkOrderStage, at: Instant): void {
    // what is told of a settled order but that it was settled again, or returned, moves it no more: its stage says the same as its clock
    if (this.settledAt === undefined || !underWay.has(stage)) this.stage = stage
    if (stage === 'returned') this.#return(at)
    else if (stage === 'dispatched') this.#dispatch(at)
    else if (stage === 'interim') this.#reply(at)
    else if (stage === 'accepted') this.isAccepted = true
    else if (stage === 'handled') this.isAccepted = this.isHandled = true
    else if (stage === 'received') this.receivedAt ??= at
    else this.#settle(stage, at)
  }

  #dispatch(at: Instant): void {
    if (this.settledAt === undefined && this.reopenedAt === undefined) this.dispatchedAt ??= at
  }

  #reply(at: Instant): void {
    this.isAccepted = true
    if (this.reopenedAt === undefined) this.interimAt ??= at
  }

  #settle(stage: WorkOrderStage, at: Instant): void {
    this.settledAt ??= at
    this.#isClosed ||= stage === 'closed'
  }

  #return(at: Instant): void {
    this.returnedAt ??= at
    if (this.#isClosed) {
      this.firstSettledAt ??= this.settledAt
      this.firstReopenedAt ??= at
      this.reopenedAt = at
      this.isAccepted = false
    }
    this.#isClosed = this.isHandled = false
    this.settledAt = undefined
  }
}

/** What a history comes to: at one instant stages follow one another as in the life-cycle. */
export function lifeOf(history: History): Life {
  const life = new LifeTeller()
  for (const rank of history) {
    const at = Math.floor(rank / stagesPerInstant)
    life.take(workOrderStages[rank - at * stagesPerInstant] ?? 'received', at)
  }
  return life
}

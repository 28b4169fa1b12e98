import type { WorkOrderFact } from '../../../contract/fact.ts'
import { dayOf } from './local-day.ts'
import type { Told } from './told.ts'
import { endOfWorkingDay } from './working-days.ts'

/** 工单, from all that was told of each: when it was due, whether it was in time, and what its caller said. */

export interface Order {
  readonly channel: string
  readonly unit: string | undefined
  /** by which it is judged; undefined where no limit holds */
  readonly dueAt: number | undefined
  /** of the handling that is judged */
  readonly settledAt: number | undefined
  readonly isOpen: boolean
  /** 作废: no rate knows it */
  readonly isVoid: boolean
  /** open, and not in a second handling, for which no channel of the plan has a limit */
  readonly isOverdue: boolean
  readonly rating: { readonly says: string; readonly at: number } | undefined
}

/** The order of the life-cycle, for what is told of one instant. What is no stage comes last. */
const stages = ['received', 'dispatched', 'accepted', 'interim', 'returned', 'handled', 'resolved', 'closed', 'cancelled', 'referred']
const ends = new Set(['resolved', 'closed', 'cancelled', 'referred'])
const place = ({ stage }: WorkOrderFact): number => (stage === undefined ? stages.length : stages.indexOf(stage))

/** Every order that is known at `now`. @param told nothing later than `now`, in any order */
export function ordersOf(told: readonly Told[], now: number): readonly Order[] {
  const facts = new Map<string, WorkOrderFact[]>()
  for (const { fact } of told) {
    if (fact.kind !== 'work-order') continue
    const known = facts.get(fact.id)
    if (known === undefined) facts.set(fact.id, [fact])
    else known.push(fact)
  }
  return [...facts.values()].map((all) =>
    orderOf(
      all.sort((one, other) => one.at - other.at || place(one) - place(other)),
      now,
    ),
  )
}

interface Course {
  readonly receivedAt: number
  dispatchedAt: number | undefined
  repliedAt: number | undefined
  settledAt: number | undefined
  isClosed: boolean
  isVoid: boolean
  /** when it was taken up again after its closing, and when it had been settled before that */
  again: { readonly at: number; readonly settledAt: number | undefined } | undefined
}

function orderOf(facts: readonly WorkOrderFact[], now: number): Order {
  const [first] = facts
  const course: Course = {
    receivedAt: first?.at ?? now,
    dispatchedAt: undefined,
    repliedAt: undefined,
    settledAt: undefined,
    isClosed: false,
    isVoid: false,
    again: undefined,
  }
  for (const { stage, at } of facts) if (stage !== undefined) follow(course, stage, at)
  const channel = lastStated(facts, 'channel') ?? ''
  const dueAt = dueOf(channel, facts, course)
  const isOpen = course.settledAt === undefined
  return {
    channel,
    unit: lastStated(facts, 'unit'),
    dueAt,
    settledAt: course.again === undefined ? course.settledAt : course.again.settledAt,
    isOpen,
    isVoid: course.isVoid,
    isOverdue: isOpen && course.again === undefined && dueAt !== undefined && now > dueAt,
    rating: ratingOf(facts),
  }
}

function lastStated<Key extends 'channel' | 'unit' | 'class' | 'dueAt'>(facts: readonly WorkOrderFact[], key: Key): WorkOrderFact[Key] {
  return facts.findLast((fact) => fact[key] !== undefined)?.[key]
}

function follow(course: Course, stage: string, at: number): void {
  if (stage === 'dispatched' && course.settledAt === undefined && course.again === undefined) course.dispatchedAt ??= at
  if (stage === 'interim' && course.again === undefined) course.repliedAt ??= at
  if (ends.has(stage)) course.settledAt ??= at
  if (stage === 'closed') course.isClosed = true
  course.isVoid = stage === 'cancelled'
  if (stage === 'returned') {
    if (course.isClosed) course.again ??= { at, settledAt: course.settledAt }
    course.settledAt = undefined
    course.isClosed = false
  }
}

/** 差评: 简单 1, 复杂 3, 最多 3 个工作日. 领导留言板: 转办后 7, 复杂 15, 紧急按要求. 中国政府网, 陇商通: 咨询, 建议 1, 投诉 2. */
const workingDays: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'negative-review': { simple: 1, complex: 3 },
  'leader-board': { normal: 7, complex: 15 },
  'gov-cn-message': { consultation: 1, suggestion: 1, complaint: 2 },
  longshangtong: { consultation: 1, suggestion: 1, complaint: 2 },
}

/** 类别 where none was stated. */
const usual: Readonly<Record<string, string>> = { 'negative-review': 'complex', 'leader-board': 'normal' }

function dueOf(channel: string, facts: readonly WorkOrderFact[], course: Course): number | undefined {
  const startedAt = channel === 'leader-board' ? Math.max(course.dispatchedAt ?? 0, course.receivedAt) : course.receivedAt
  const days = workingDays[channel]?.[lastStated(facts, 'class') ?? usual[channel] ?? '']
  // 12345 热线, 质检, and what is urgent on the board: by the time that the platform, or the notice, states
  const limit = days === undefined ? lastStated(facts, 'dueAt') : endOfWorkingDay(startedAt, days)
  if (limit === undefined) return undefined
  const most = channel === 'negative-review' ? endOfWorkingDay(startedAt, 3) : Infinity
  let dueAt = limit
  for (const { at, to } of movesOf(channel, startedAt, facts, course)) if (at <= dueAt) dueAt = Math.max(dueAt, Math.min(to, most))
  return dueAt
}

/** 延期 granted, and on the board 先回复办理进展, each in its time: what comes after the due time moves nothing. */
function movesOf(
  channel: string,
  startedAt: number,
  facts: readonly WorkOrderFact[],
  course: Course,
): readonly { readonly at: number; readonly to: number }[] {
  const granted = facts.flatMap(({ at, extension }) =>
    extension?.state === 'granted' && extension.until !== undefined && at < (course.again?.at ?? Infinity) ? [{ at, to: extension.until }] : [],
  )
  const { repliedAt } = course
  const replied = channel === 'leader-board' && repliedAt !== undefined ? [{ at: repliedAt, to: endOfWorkingDay(startedAt, 15) }] : []
  return [...replied, ...granted].sort((one, other) => one.at - other.at)
}

/** The latest answer; 未联系上 and 拒评 are none. */
function ratingOf(facts: readonly WorkOrderFact[]): Order['rating'] {
  const found = facts.findLast(({ rating }) => rating === 'satisfied' || rating === 'basically-satisfied' || rating === 'dissatisfied')
  return found?.rating === undefined ? undefined : { says: found.rating, at: found.at }
}

/** Which orders are counted: of these channels (all where none is named), of one unit or of all, from a day to a day. */
export interface Question {
  readonly channels: readonly string[]
  readonly unit?: string | undefined
  readonly from: string
  readonly to: string
}

export interface Rate {
  readonly part: number
  readonly whole: number
}

/** 按时办结率: by the due day, of those settled or overdue by now. */
export function onTimeOf(orders: readonly Order[], question: Question): Rate {
  const due = orders.filter((order) => isAsked(order, order.dueAt, question) && !order.isVoid && (order.settledAt !== undefined || order.isOverdue))
  return { part: due.filter(({ settledAt = Infinity, dueAt = 0 }) => settledAt <= dueAt).length, whole: due.length }
}

/** 满意率: by the day of the call-back, of those who answered. @param says what counts as satisfied */
export function satisfactionOf(orders: readonly Order[], question: Question, says: readonly string[]): Rate {
  const rated = orders.filter((order) => isAsked(order, order.rating?.at, question) && !order.isVoid)
  return { part: rated.filter(({ rating }) => says.includes(rating?.says ?? '')).length, whole: rated.length }
}

function isAsked({ channel, unit }: Order, at: number | undefined, question: Question): boolean {
  if (at === undefined || (question.channels.length > 0 && !question.channels.includes(channel))) return false
  if (question.unit !== undefined && unit !== question.unit) return false
  const day = dayOf(at)
  return day >= question.from && day <= question.to
}

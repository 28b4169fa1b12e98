import { stepCountOf } from '../../../contract/supervision.ts'
import type { AttachmentLimits, CardColour, SupervisionOrder, SupervisionStep } from '../../../contract/supervision.ts'
import type { Instant } from '../../../contract/time.ts'
import { clockFace } from '../ui/clock.ts'
import type { ClockFace } from '../ui/clock.ts'

/** 督办单 as lists show them, for the desk, the units and the wall alike. Pure. */

/** the gravest first */
export const cardColours = ['red', 'yellow', 'blue', 'none'] as const satisfies readonly CardColour[]

/** Open orders, the gravest card first, then by due time. */
export function pressingOrders(orders: Iterable<SupervisionOrder>): readonly SupervisionOrder[] {
  const gravity = ({ card }: SupervisionOrder): number => cardColours.indexOf(card.colour)
  return [...orders].filter(isOpen).sort((one, other) => gravity(one) - gravity(other) || bySoonestDue(one, other))
}

export const isOpen = ({ settledAt }: SupervisionOrder): boolean => settledAt === undefined

export const bySoonestDue = (one: SupervisionOrder, other: SupervisionOrder): number => one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1)

export function countCards(orders: readonly SupervisionOrder[]): Readonly<Record<CardColour, number>> {
  const count = (colour: CardColour): number => orders.filter(({ card }) => card.colour === colour).length
  return { red: count('red'), yellow: count('yellow'), blue: count('blue'), none: count('none') }
}

/** How its clock is drawn: in the colour of its card, standing still while it waits for review. */
export function orderFace(order: SupervisionOrder, now: Instant): ClockFace {
  const { clock: state, issuedAt: openedAt, dueAt, firstDueAt, isProvisional, card } = order
  const stoppedAt = order.settledAt ?? (order.stage === 'submitted' ? order.stageSince : undefined)
  const face = clockFace({ state, openedAt, dueAt, stoppedAt, isExtended: dueAt !== firstDueAt, isProvisional }, now)
  if (face.tone === 'done') return face
  return { ...face, tone: card.colour === 'none' ? 'plain' : card.colour }
}

/** Units that have not acknowledged it, the lead first. */
export const unacknowledged = ({ leadUnit, supportingUnits, acknowledgedBy }: SupervisionOrder): readonly string[] =>
  [leadUnit, ...supportingUnits].filter((unit) => !acknowledgedBy.includes(unit))

/** What others did since somebody looked and saw `seen` steps, as far as these steps are still there. */
export function stepsSince(order: Pick<SupervisionOrder, 'steps' | 'stepsDropped'>, seen: number): readonly SupervisionStep[] {
  return stepCountOf(order) <= seen ? [] : order.steps.slice(Math.max(0, seen - order.stepsDropped))
}

/** Why a file is not even sent: what the server would say, said before a phone has sent twenty megabytes. */
export type FileBlock = 'too-many' | 'too-large' | 'empty' | 'ending' | 'name'

const longestName = 120

/** @param before how many files the step has already */
export function blockOfFile(file: { readonly name: string; readonly size: number }, before: number, limits: AttachmentLimits): FileBlock | undefined {
  if (before >= limits.perStep) return 'too-many'
  if (file.size === 0) return 'empty'
  if (file.size > limits.mostBytes) return 'too-large'
  if (file.name.length > longestName) return 'name'
  return limits.endings[endingOf(file.name)] === undefined ? 'ending' : undefined
}

const endingOf = (name: string): string => (name.includes('.') ? (name.split('.').at(-1) ?? '') : '').toLowerCase()

/** For a file chooser: .pdf,.jpg …; by their types too, so that a phone offers its camera and gives what we take. */
export const acceptedFiles = ({ endings }: Pick<AttachmentLimits, 'endings'>): string =>
  [...Object.keys(endings).map((ending) => `.${ending}`), ...new Set(Object.values(endings))].join(',')

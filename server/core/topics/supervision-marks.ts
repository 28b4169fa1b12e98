import type { LevelRule } from '../../../contract/supervision-rule.ts'
import type { CardReason, Reminder } from '../../../contract/supervision.ts'
import type { Instant } from '../../../contract/time.ts'
import { nextMark, workingMarks } from '../deadline.ts'
import type { ClockMarks } from '../deadline.ts'
import type { DueContext } from '../due.ts'
import type { Life } from './supervision-life.ts'

/** The instants at which time alone changes an order that somebody works at. Where there is no such instant, `Infinity`. */
export interface SupervisionMarks {
  readonly clock: ClockMarks
  /** from when on a card is due, for each reason but a red that was made up for */
  readonly cards: Readonly<Record<Exclude<CardReason, 'was-red'>, Instant>>
  /** one for each instant */
  readonly reminders: readonly Pick<Reminder, 'at' | 'why'>[]
  /** lowest rung first */
  readonly rungs: readonly { readonly to: string; readonly at: Instant }[]
}

export function marksOf(life: Life, rule: LevelRule, context: DueContext): SupervisionMarks {
  const { calendar, zone } = context
  const { issued, due, acknowledgedBy, leadUnit, givenAt, heardAt = givenAt, runningSince } = life
  const endOf = (from: Instant, workingDays: number): Instant => calendar.dueAfter(from, workingDays, zone).at + 1
  const isAcknowledged = acknowledgedBy.includes(leadUnit)
  return {
    clock: workingMarks(issued.at, due.at, calendar, zone),
    cards: {
      near: nearAt(life, rule.blue, context),
      behind: nearAt(life, rule.yellow, context),
      unacknowledged: isAcknowledged ? Infinity : endOf(givenAt, rule.yellow.acknowledgeWorkingDays),
      silent: endOf(Math.max(heardAt, runningSince), rule.yellow.silentWorkingDays),
      overdue: due.at + 1,
    },
    reminders: remindersOf(life, rule.remind, context),
    // while it waited for review nobody was late with it
    rungs: rule.escalate.map(({ to, afterWorkingDays }) => ({ to, at: endOf(Math.max(due.at, runningSince), afterWorkingDays) })),
  }
}

/** The first instant after `now` among the marks; undefined when there is none. */
export function nextMarkOf({ clock, cards, reminders, rungs }: SupervisionMarks, now: Instant): Instant | undefined {
  const instants = [...Object.values(cards), ...reminders.map(({ at }) => at), ...rungs.map(({ at }) => at)]
  const next = instants.reduce((first, at) => (at > now && at < first ? at : first), nextMark(clock, now) ?? Infinity)
  return next === Infinity ? undefined : next
}

/** When the last `count` working days before due begin; `Infinity` where no more than that was given. */
function lastDays({ issued, due }: Life, count: number, { calendar, zone }: DueContext): Instant {
  let at = due.at
  for (let passed = 0; passed < count && at > issued.at; passed += 1) at = calendar.lastDayBefore(at, zone)
  return at > issued.at ? at : Infinity
}

function nearAt(life: Life, { workingDaysLeft, share }: LevelRule['blue'], context: DueContext): Instant {
  const at = lastDays(life, workingDaysLeft, context)
  return at === Infinity ? shareOf(life, share, context) : at
}

const shareOf = ({ issued, due }: Life, share: number, { calendar, zone }: DueContext): Instant => calendar.shareAt(issued.at, due.at, share, zone)

function remindersOf(life: Life, { shares, workingDaysLeft }: LevelRule['remind'], context: DueContext): SupervisionMarks['reminders'] {
  const told = new Map<Instant, Reminder['why']>()
  for (const share of shares) told.set(shareOf(life, share, context), 'share')
  for (const count of workingDaysLeft) told.set(lastDays(life, count, context), 'days-left')
  return [...told].map(([at, why]) => ({ at, why })).filter(({ at }) => at > life.issued.at && at < Infinity)
}

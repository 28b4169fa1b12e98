import type { SupervisionRule } from '../../../contract/supervision-rule.ts'
import type { Card, Reminder, SupervisionOrder } from '../../../contract/supervision.ts'
import type { Instant } from '../../../contract/time.ts'
import type { DueContext } from '../due.ts'
import type { Life, Phase } from './supervision-life.ts'
import { marksOf } from './supervision-marks.ts'
import type { SupervisionMarks } from './supervision-marks.ts'

/** What the rule has come to, up to an instant. */
export interface Judgement {
  readonly card: Card
  /** each that was given, and where one was taken back, oldest first */
  readonly cards: readonly Card[]
  /** by the rule, oldest first */
  readonly reminders: readonly Pick<Reminder, 'at' | 'why'>[]
  readonly escalation: SupervisionOrder['escalation']
  /** of the last phase; undefined when time alone changes nothing: it waits for review, or is settled */
  readonly marks: SupervisionMarks | undefined
}

export interface JudgeContext extends DueContext {
  readonly rule: Pick<SupervisionRule, 'ladder' | 'levels'>
  /** nothing is judged beyond: the last instant that can be trusted */
  readonly until: Instant
}

/** Somebody is to do something: it is open, and not with those who review it. */
const isRunning = ({ settled, stage }: Life): boolean => settled === undefined && stage !== 'submitted'

const noCard = (since: Instant): Card => ({ colour: 'none', reason: undefined, since })

/** Walks through the phases as time did: it comes to the same live, after a crash and for every order of arrival of the facts. */
class Judge {
  readonly #context: JudgeContext
  readonly cards: Card[] = []
  readonly reminders: Pick<Reminder, 'at' | 'why'>[] = []
  card: Card
  escalation: SupervisionOrder['escalation']
  #wasRed = false

  constructor(context: JudgeContext, bornAt: Instant) {
    this.#context = context
    this.card = noCard(bornAt)
  }

  /** @param until the next phase begins then, and what falls due at that very instant is judged by what happened there */
  pass(marks: SupervisionMarks | undefined, from: Instant, until: Instant): void {
    const isWithin = (at: Instant): boolean => at >= from && at < until && at <= this.#context.until
    const changes = marks === undefined ? [] : Object.values(marks.cards).filter((at) => at > from && isWithin(at))
    for (const at of [from, ...changes.sort((one, other) => one - other)]) this.#give(cardAt(marks, at, this.#wasRed))
    if (marks === undefined) return
    this.reminders.push(...marks.reminders.filter(({ at }) => isWithin(at)).sort((one, other) => one.at - other.at))
    for (const { to, at } of marks.rungs) if (at < until && at <= this.#context.until) this.#climb(to, Math.max(at, from))
  }

  #give(card: Card): void {
    this.#wasRed ||= card.colour === 'red'
    if (card.colour === this.card.colour && card.reason === this.card.reason) return
    this.card = card
    this.cards.push(card)
  }

  #climb(to: string, since: Instant): void {
    const { ladder } = this.#context.rule
    const heightOf = (rung: string | undefined): number => ladder.findIndex(({ id }) => id === rung)
    if (heightOf(to) > heightOf(this.escalation?.to)) this.escalation = { to, since }
  }
}

/** In the order of their weight. */
const reasons = [
  ['overdue', 'red'],
  ['was-red', 'yellow'],
  ['behind', 'yellow'],
  ['unacknowledged', 'yellow'],
  ['silent', 'yellow'],
  ['near', 'blue'],
] as const

function cardAt(marks: SupervisionMarks | undefined, at: Instant, wasRed: boolean): Card {
  const found = reasons.find(([reason]) => (reason === 'was-red' ? wasRed : marks !== undefined && at >= marks.cards[reason]))
  return found === undefined ? noCard(at) : { colour: found[1], reason: found[0], since: at }
}

/** @param phases oldest first, at least one */
export function judge(phases: readonly Phase[], context: JudgeContext): Judgement {
  const judged = new Judge(context, phases[0]?.from ?? 0)
  let marks: SupervisionMarks | undefined
  for (const [index, { from, life }] of phases.entries()) {
    const until = phases[index + 1]?.from ?? Infinity
    // of steps at one instant the last says how it stands
    if (until === from) continue
    marks = isRunning(life) ? marksOf(life, context.rule.levels[life.level], context) : undefined
    judged.pass(marks, Math.min(from, context.until), until)
  }
  const { card, cards, reminders, escalation } = judged
  return { card, cards, reminders, escalation, marks }
}

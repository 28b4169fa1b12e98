import { dayNumberOf, endOfWorkday, hourMs, localHour, minuteMs, startOfDayNumber } from '../calendar.ts'
import { between, pickWeighted } from '../chance.ts'
import type { Town } from '../city/towns.ts'
import type { Channel } from './channels.ts'
import type { Topic } from './topics.ts'

export type OrderEventType =
  | 'ACCEPT'
  | 'DISPATCH'
  | 'SIGN'
  | 'INTERIM'
  | 'RETURN'
  | 'HANDLE'
  | 'FEEDBACK'
  | 'FINISH'
  | 'CANCEL'
  | 'DELAY_APPLY'
  | 'DELAY_OK'
  | 'DELAY_REFUSE'
  | 'VISIT'

export interface OrderEvent {
  readonly type: OrderEventType
  readonly at: number
  readonly unit: string | undefined
  /** with an extension: until when */
  readonly delayTo?: number
  /** with a call-back */
  readonly visitResult?: string
}

/** What of an order decides its life. */
export interface Beginning {
  readonly channel: Channel
  readonly topic: Topic
  readonly town: Town
  readonly acceptedAt: number
  readonly limitAt: number
}

/** An order lives this long at most: whoever looks for events of a day need not look at older days. */
export const longestLifeDays = 50

/** How the handling of an order goes: in time, or otherwise. */
type Course = 'timely' | 'late' | 'asked-too-late' | 'extended' | 'refused' | 'interim' | 'slow'

/** All that happens to an order, in the order it happens, the part to come included. */
export function lifeOf(order: Beginning, roll: () => number): readonly OrderEvent[] {
  const accepted: OrderEvent = { type: 'ACCEPT', at: order.acceptedAt, unit: undefined }
  const isHotline = order.channel.code === '12345'
  // a question that the desk can answer from its knowledge base goes nowhere else
  if (order.topic.kind === '咨询' && isHotline && roll() < 0.7)
    return [accepted, { type: 'FINISH', at: order.acceptedAt + seconds(between(3, 20, roll)), unit: '区政府办' }]
  if (isHotline && roll() < 0.01) return [accepted, { type: 'CANCEL', at: order.acceptedAt + seconds(between(5, 90, roll)), unit: undefined }]
  return [accepted, ...new Handling(order, roll).events].sort((one, other) => one.at - other.at)
}

function courseOf({ channel: { late, extended, interim, slow } }: Beginning, roll: () => number): Course {
  const courses: readonly (readonly [Course, number])[] = [
    ['late', 0.75 * late],
    ['asked-too-late', 0.25 * late],
    ['extended', extended],
    ['refused', 0.3 * extended],
    ['interim', interim],
    ['slow', slow],
    ['timely', 100 - late - 1.3 * extended - interim - slow],
  ]
  return pickWeighted(courses, ([, weight]) => weight, roll)[0]
}

class Handling {
  readonly events: OrderEvent[] = []
  readonly #order: Beginning
  readonly #roll: () => number
  #at: number
  #unit: string

  constructor(order: Beginning, roll: () => number) {
    this.#order = order
    this.#roll = roll
    this.#at = order.acceptedAt
    this.#unit = order.topic.unit === 'town' ? townGovernment(order.town) : order.topic.unit
    const course = courseOf(order, roll)
    this.#dispatch()
    this.#sign(course)
    this.#settle(this.#endBy(course))
    this.#visit()
  }

  #tell(type: OrderEventType, at: number, said: Pick<OrderEvent, 'delayTo' | 'visitResult'> = {}): void {
    this.#at = Math.max(this.#at, at)
    this.events.push({ type, at, unit: this.#unit, ...said })
  }

  #next(type: OrderEventType, low: number, high: number): void {
    this.#tell(type, this.#at + seconds(between(low, high, this.#roll)))
  }

  #dispatch(): void {
    this.#next('DISPATCH', 4, 45)
    if (this.#order.channel.code !== '12345' || this.#roll() >= 0.05) return
    this.#next('RETURN', 20, 150)
    this.#unit = townGovernment(this.#order.town)
    this.#next('DISPATCH', 10, 60)
  }

  #sign(course: Course): void {
    // 受理 by a quarter of the time is asked for: some come after it
    if (course === 'slow') this.#tell('SIGN', Math.max(this.#at + minuteMs, shareOfLimit(this.#order, between(0.55, 0.65, this.#roll))))
    else this.#next('SIGN', 5, 120)
  }

  /** When the handling ends, with what is asked and granted on the way there. */
  #endBy(course: Course): number {
    const [order, roll] = [this.#order, this.#roll]
    switch (course) {
      case 'timely':
        return timelyEnd(order, this.#at, roll)
      case 'slow':
        return Math.min(order.limitAt - seconds(between(20, 90, roll)), this.#at + seconds(between(60, 200, roll)))
      case 'late':
        return duringTheDay(shareOfLimit(order, between(1.1, 1.9, roll)), roll)
      case 'asked-too-late':
        return this.#extend(between(1.05, 1.1, roll), 'DELAY_OK')
      case 'extended':
        return this.#extend(between(0.6, 0.85, roll), 'DELAY_OK')
      case 'refused':
        return this.#extend(between(0.5, 0.7, roll), 'DELAY_REFUSE')
      case 'interim':
        this.#tell('INTERIM', Math.max(this.#at + hourMs, shareOfLimit(order, between(0.6, 0.9, roll))))
        return Math.max(this.#at + hourMs, endOfWorkday(order.acceptedAt, Math.round(between(8, 13, roll))) - seconds(between(20, 400, roll)))
    }
  }

  /** Asked for after a share of the time given; granted, it is used. */
  #extend(share: number, answer: 'DELAY_OK' | 'DELAY_REFUSE'): number {
    const { limitAt } = this.#order
    const delayTo = endOfWorkday(limitAt, 3)
    this.#tell('DELAY_APPLY', Math.max(this.#at + minuteMs, shareOfLimit(this.#order, share)), { delayTo })
    this.#tell(answer, this.#at + seconds(between(30, 120, this.#roll)), answer === 'DELAY_OK' ? { delayTo } : {})
    if (answer === 'DELAY_REFUSE') return Math.max(this.#at + minuteMs, limitAt - seconds(between(10, 90, this.#roll)))
    return Math.max(this.#at + hourMs, endOfWorkday(limitAt, 2) - seconds(between(20, 300, this.#roll)))
  }

  #settle(at: number): void {
    // reviewed by somebody else before it counts as done
    if (this.#order.channel.isReviewed) this.#tell('HANDLE', this.#at + Math.round(((at - this.#at) * 0.8) / 1_000) * 1_000)
    this.#tell('FEEDBACK', at)
    this.#tell('FINISH', duringTheDay(at + seconds(between(30, 240, this.#roll)), this.#roll))
  }

  #visit(): void {
    const [{ channel }, roll] = [this.#order, this.#roll]
    if (roll() >= channel.visited) return
    const visitResult = firstAnswer(channel.discontent, roll)
    this.#ring(visitResult)
    if (visitResult !== '不满意' || (channel.code === '12345' && roll() < 0.4)) return
    // handled again, and asked again
    this.#next('RETURN', 20, 90)
    this.#next('SIGN', 10, 60)
    this.#tell('FEEDBACK', duringTheDay(this.#at + seconds(between(1_200, 2_800, roll)), roll))
    this.#next('FINISH', 20, 90)
    this.#ring(channel.code === '12345' && roll() < 0.3 ? '不满意' : '基本满意')
  }

  #ring(visitResult: string): void {
    this.#tell('VISIT', duringTheDay(this.#at + seconds(between(300, 1_500, this.#roll)), this.#roll), { visitResult })
  }
}

function firstAnswer(discontent: number, roll: () => number): string {
  const answers: readonly (readonly [string, number])[] = [
    ['未联系上', 6],
    ['拒评', 2],
    ['不满意', 0.92 * discontent],
    ['基本满意', 20],
    ['满意', 72 - 0.92 * discontent],
  ]
  return pickWeighted(answers, ([, weight]) => weight, roll)[0]
}

/** Most are done well before their limit, and by day. */
function timelyEnd(order: Beginning, after: number, roll: () => number): number {
  const share = 0.05 + 0.7 * roll() ** 2
  const byDay = duringTheDay(Math.max(after + 10 * minuteMs, shareOfLimit(order, share)), roll)
  return byDay <= order.limitAt ? byDay : order.limitAt - seconds(between(5, 90, roll))
}

const shareOfLimit = ({ acceptedAt, limitAt }: Beginning, share: number): number =>
  acceptedAt + Math.round(((limitAt - acceptedAt) * share) / 1_000) * 1_000

function duringTheDay(at: number, roll: () => number): number {
  const hour = localHour(at)
  if (hour >= 8.5 && hour < 18.5) return at
  const day = dayNumberOf(at) + (hour < 8.5 ? 0 : 1)
  return startOfDayNumber(day) + 8.5 * hourMs + seconds(between(0, 150, roll))
}

const townGovernment = ({ name }: Town): string => (name.endsWith('街道') ? `${name}办事处` : name.length > 6 ? name : `${name}人民政府`)
const seconds = (minutes: number): number => Math.round(minutes * 60) * 1_000

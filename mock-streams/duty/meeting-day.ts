import { dayNumberOf, dayText, isWorkday, localHour, minuteMs } from '../calendar.ts'
import type { Person } from '../office/person.ts'
import { commandOf } from './centre.ts'
import type { Board, MeetingSeen } from './centre.ts'
import { mark } from './storyline-day.ts'
import { scriptedMeeting } from './storylines.ts'

interface DraftItem {
  readonly kind: string
  readonly ref?: string
  readonly title: string
  readonly minutes: number
}

/**
 * 演示调度会: opened at its hour on working days, one item after the other, decided, closed. Where somebody else holds a meeting, or has held one
 * today, there is none; and one that somebody else goes on with is theirs from then on.
 */
export async function holdMeeting(presenter: Person, name: string, board: Board, now: number): Promise<void> {
  const today = board.meetings.filter(({ openedAt }) => dayNumberOf(openedAt) === dayNumberOf(now))
  const running = board.meetings.find(({ state }) => state === 'running')
  if (running !== undefined) {
    if (running.openedBy === name && running.presenter === name) await goOn(presenter, running, now)
    return
  }
  const [from, until] = scriptedMeeting.hours
  const isTime = isWorkday(dayNumberOf(now)) && localHour(now) >= from && localHour(now) < until
  if (isTime && today.length === 0) await open(presenter, board, now)
}

async function open(presenter: Person, { district }: Board, now: number): Promise<void> {
  // as: the centre's own answer
  const draft = (await presenter.get(`/api/meetings/agenda?district=${district}`)) as {
    readonly cutOffAt: number
    readonly items: readonly DraftItem[]
  }
  const about = draft.items.filter(({ kind }) => kind !== 'read-back')
  // what the afternoon has brought comes before figures that stand there every day
  const firstKinds = ['decisions', 'incident', 'order']
  const first = firstKinds.flatMap((wanted) => about.filter(({ kind }) => kind === wanted))
  const items = [...first, ...about.filter(({ kind }) => !firstKinds.includes(kind))].slice(0, scriptedMeeting.mostItems)
  await presenter.post('/api/meetings/open', {
    command: commandOf('duty', dayText(dayNumberOf(now)), 'meeting'),
    district,
    name: scriptedMeeting.name,
    cutOffAt: draft.cutOffAt,
    items: [...items, ...draft.items.filter(({ kind }) => kind === 'read-back')].map((item) => ({
      ...item,
      minutes: scriptedMeeting.minutesPerItem,
    })),
  })
}

async function goOn(presenter: Person, meeting: MeetingSeen, now: number): Promise<void> {
  const { minutesPerItem, decision } = scriptedMeeting
  const minutes = (now - meeting.since) / minuteMs
  const index = meeting.items.findIndex(({ id }) => id === meeting.item)
  const isBusiness = ['incident', 'order', 'indicator', 'channel'].includes(meeting.items[index]?.kind ?? '')
  if (isBusiness && meeting.decisions.length === 0 && minutes >= decision.afterMinutes) {
    await presenter.post(`/api/meetings/${meeting.id}/decisions`, {
      command: commandOf('duty', meeting.id, 'decided'),
      item: meeting.item,
      text: `${decision.text}（${mark}）`,
      leadUnit: decision.unit,
      level: 'important',
      workingDays: decision.workingDays,
    })
    return
  }
  if (minutes < minutesPerItem) return
  const next = meeting.items[index + 1]
  const step = next === undefined ? { step: 'closed' } : { step: 'item', item: next.id }
  await presenter.post(`/api/meetings/${meeting.id}/steps`, { command: commandOf('duty', meeting.id, meeting.steps), seen: meeting.steps, ...step })
}

import { hourMs, minuteMs } from '../calendar.ts'
import type { KeptSessions } from '../office/kept-sessions.ts'
import { Person } from '../office/person.ts'
import { boardOf, nameOf } from './centre.ts'
import { holdMeeting } from './meeting-day.ts'
import { fillRoster } from './roster.ts'
import { playStoryline } from './storyline-day.ts'
import type { OnDuty } from './storyline-day.ts'
import { storylines } from './storylines.ts'

/** Sign-in links of people with names: two at the desk, and one of each unit that answers. */
export interface DutyLinks {
  readonly officer: string
  readonly presenter: string
  readonly units: readonly { readonly unit: string; readonly link: string }[]
}

export interface DutyOptions {
  readonly links: DutyLinks
  readonly sessions: KeptSessions
  readonly now: () => number
  /** resolves after `ms`, or as soon as `signal` is aborted */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** often enough that a wall is seen to move, seldom enough that nobody notices the requests */
const lookEveryMs = minuteMs / 3

/**
 * 值班: the simulated city's duty officer, units and meeting, through the centre's own requests as people make them. Returns when `signal` is
 * aborted, or when they cannot sign in. What they have done the centre knows; only their sessions are kept here.
 */
export async function runDuty({ links, sessions, now, wait, signal, say }: DutyOptions): Promise<void> {
  let onDuty: OnDuty & { readonly presenter: Person; readonly presenterName: string }
  try {
    const [desk, presenter] = [await Person.signIn(links.officer, sessions, signal), await Person.signIn(links.presenter, sessions, signal)]
    const units = new Map<string, Person>()
    for (const { unit, link } of links.units) units.set(unit, await Person.signIn(link, sessions, signal))
    onDuty = { desk, officer: await nameOf(desk), units, presenter, presenterName: await nameOf(presenter) }
  } catch (error) {
    if (!signal.aborted) say(`duty: nobody is on duty, ${wordsOf(error)}`)
    return
  }
  let trouble = ''
  let greetedAt = -Infinity
  while (!signal.aborted) {
    const before = trouble
    trouble = await lookOnce(onDuty, now())
    // a session that nobody uses for half a day ends, and units have nothing to do at night
    if (now() - greetedAt >= hourMs) greetedAt = await greet(onDuty, now())
    if (trouble !== '' && trouble !== before && !isAborted(signal)) say(`duty: waiting, ${trouble}`)
    await wait(lookEveryMs, signal)
  }
}

/** Everybody is there. @returns when it was asked; what the centre does not answer is asked again in an hour */
async function greet({ presenter, units }: { readonly presenter: Person; readonly units: OnDuty['units'] }, at: number): Promise<number> {
  await Promise.allSettled([presenter, ...units.values()].map(nameOf))
  return at
}

/** Each story by itself: what keeps one waiting, such as somebody else's decision, does not keep the others. @returns the troubles, in words */
async function lookOnce(onDuty: OnDuty & { readonly presenter: Person; readonly presenterName: string }, at: number): Promise<string> {
  const troubles: string[] = []
  const note = (error: unknown): void => void troubles.push(wordsOf(error))
  try {
    const board = await boardOf(onDuty.desk)
    await fillRoster(onDuty.desk, board.district, at).catch(note)
    for (const story of storylines) await playStoryline(story, onDuty, board, at).catch(note)
    await holdMeeting(onDuty.presenter, onDuty.presenterName, board, at).catch(note)
  } catch (error) {
    note(error)
  }
  return troubles.join('; ')
}

/** A function, since the compiler takes a property that was false once for false ever after. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

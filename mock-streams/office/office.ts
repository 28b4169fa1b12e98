import { hourMs, minuteMs } from '../calendar.ts'
import type { KeptSessions } from './kept-sessions.ts'
import { ledgerValue } from './ledger.ts'
import { Person } from './person.ts'

/** The centre's answers, as far as two clerks look at them. */
interface Sheet {
  readonly district: string
  readonly month: string
  /** the month's last second */
  readonly at: number
  readonly rows: readonly { readonly input?: string; readonly of?: string; readonly state: 'due' | 'done' | 'given' }[]
}
interface Configured {
  readonly units: readonly { readonly id: string; readonly name: string }[]
}
interface Entries {
  readonly topics: Readonly<Record<string, readonly { readonly id: string; readonly state: string; readonly proposedBy: string }[]>>
}

export interface OfficeOptions {
  /** sign-in links of the one who fills in, and of the one who approves */
  readonly links: readonly [clerk: string, approver: string]
  readonly sessions: KeptSessions
  readonly seed: number
  /** resolves after `ms`, or as soon as `signal` is aborted */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/**
 * 填报: two clerks enter the city's ledger at the centre's desk as people do: at first what is due of the year's months, then each month once it
 * is over. Returns when `signal` is aborted, or when they cannot sign in. What they have entered the centre knows; only their sessions are kept here.
 */
export async function runOffice({ links: [clerkLink, approverLink], sessions, seed, wait, signal, say }: OfficeOptions): Promise<void> {
  let office: Office
  try {
    // one after the other: of links that work no more only one is tried
    office = new Office(await Person.signIn(clerkLink, sessions, signal), await Person.signIn(approverLink, sessions, signal), seed)
  } catch (error) {
    if (!signal.aborted) say(`entries: nobody fills in, ${wordsOf(error)}`)
    return
  }
  let trouble = ''
  while (!signal.aborted) {
    const before = trouble
    trouble = await office.enterDue().then(
      (figures) => {
        if (figures > 0) say(`entries: ${String(figures)} figures filled in and approved`)
        return ''
      },
      (error: unknown) => wordsOf(error),
    )
    if (trouble !== '' && trouble !== before && !isAborted(signal)) say(`entries: waiting, ${trouble}`)
    // a session that nobody uses for half a day ends
    await wait(trouble === '' ? hourMs : minuteMs, signal)
  }
}

/** A function, since the compiler takes a property that was false once for false ever after. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

class Office {
  readonly #clerk: Person
  readonly #approver: Person
  readonly #seed: number

  constructor(clerk: Person, approver: Person, seed: number) {
    this.#clerk = clerk
    this.#approver = approver
    this.#seed = seed
  }

  /** @returns how many figures were entered. @throws Error when the centre does not answer, or refuses */
  async enterDue(): Promise<number> {
    const newest = await this.#sheet('')
    // what was proposed before a restart
    await this.#approve(newest.district)
    // as: the centre's own answer
    const { units } = (await this.#clerk.get('/api/configuration')) as Configured
    const names = new Map(units.map(({ id, name }) => [id, name]))
    let entered = 0
    for (const month of monthsOfYear(newest.month)) {
      const { district, at, rows } = await this.#sheet(`?district=${newest.district}&month=${month}`)
      const figures = rows.flatMap(({ input, of, state }) => {
        const unit = of === undefined ? undefined : (names.get(of) ?? of)
        const value = state === 'due' ? ledgerValue(this.#seed, input, unit, at) : undefined
        return value === undefined ? [] : [{ input, of, value }]
      })
      if (figures.length === 0) continue
      await this.#clerk.post('/api/entries', { district, month, figures, note: '演示数据' })
      await this.#approve(district)
      entered += figures.length
    }
    return entered
  }

  async #sheet(query: string): Promise<Sheet> {
    // as: the centre's own answer
    return (await this.#clerk.get(`/api/entries/sheet${query}`)) as Sheet
  }

  /** Of the clerk's alone: what other people have proposed others look at. */
  async #approve(district: string): Promise<void> {
    // as: the centre's own answers
    const { name } = (await this.#clerk.get('/api/session')) as { readonly name?: string }
    const { topics } = (await this.#approver.get(`/api/state?topics=entries@${district}`)) as Entries
    for (const { id, state, proposedBy } of topics[`entries@${district}`] ?? [])
      if (state === 'proposed' && proposedBy === name) await this.#approver.post(`/api/entries/${id}/approve`, {})
  }
}

/** From December of the year before, whose figures a year begins with: `2026-02` → 2025-12, 2026-01, 2026-02. */
function monthsOfYear(last: string): readonly string[] {
  const end = Number(last.slice(0, 4)) * 12 + Number(last.slice(5)) - 1
  const first = Math.floor((end + 1) / 12) * 12 - 1
  return Array.from({ length: end - first + 1 }, (_, index) => {
    const month = first + index
    return `${String(Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}

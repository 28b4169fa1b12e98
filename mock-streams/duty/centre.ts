import { createHash } from 'node:crypto'
import type { Person } from '../office/person.ts'

/** The centre's answers, as far as people on duty look at them. */

export interface IncidentSeen {
  readonly id: string
  readonly title: string
  readonly reportedAt: number
  readonly closedAt?: number
  readonly mergedInto?: string
  readonly lines: readonly { readonly at: number; readonly by: string; readonly command: string; readonly act: { readonly what: string } }[]
}

export interface OrderSeen {
  readonly id: string
  readonly title: string
  readonly leadUnit: string
  readonly issuedAt: number
  readonly issuedBy: string
  readonly dueAt: number
  readonly settledAt?: number
  readonly origin: { readonly kind: string; readonly id?: string }
  readonly steps: readonly { readonly at: number; readonly step: string; readonly by: string; readonly note?: string }[]
  readonly stepsDropped: number
}

export interface MeetingSeen {
  readonly id: string
  readonly name: string
  readonly state: 'running' | 'closed'
  readonly openedAt: number
  readonly openedBy: string
  readonly presenter: string
  readonly items: readonly { readonly id: string; readonly kind: string; readonly title: string }[]
  readonly item: string
  readonly since: number
  readonly decisions: readonly object[]
  readonly steps: number
}

export interface Board {
  readonly district: string
  readonly incidents: readonly IncidentSeen[]
  readonly alarms: readonly { readonly id: string; readonly subject: string; readonly isStanding: boolean }[]
  readonly meetings: readonly MeetingSeen[]
}

/** What hangs in the house now, as anybody signed in may read it. */
export async function boardOf(person: Person): Promise<Board> {
  // as: the centre's own answers, here and below
  const { app } = (await person.get('/api/configuration')) as { readonly app: { readonly defaultDistrict: string } }
  const district = app.defaultDistrict
  const kinds = ['incidents', 'alarms', 'meetings'] as const
  const { topics } = (await person.get(`/api/state?topics=${kinds.map((kind) => `${kind}@${district}`).join(',')}`)) as {
    readonly topics: Readonly<Record<string, readonly unknown[]>>
  }
  const of = (kind: (typeof kinds)[number]): readonly unknown[] => topics[`${kind}@${district}`] ?? []
  return {
    district,
    incidents: of('incidents') as Board['incidents'],
    alarms: of('alarms') as Board['alarms'],
    meetings: of('meetings') as Board['meetings'],
  }
}

export async function ordersOf(person: Person, district: string): Promise<readonly OrderSeen[]> {
  const { orders } = (await person.get(`/api/supervisions?district=${district}&state=all`)) as { readonly orders: readonly OrderSeen[] }
  return orders
}

export async function nameOf(person: Person): Promise<string> {
  const { name = '' } = (await person.get('/api/session')) as { readonly name?: string }
  return name
}

/** The same command for the same step of the same day, so that a restart does nothing twice: a UUID made of its name. */
export function commandOf(...names: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(names.join('/')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

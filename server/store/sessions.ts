import { createHash, randomBytes } from 'node:crypto'
import type { SessionRecord, SessionRole } from '../../contract/session.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { Database } from './database.ts'

export type Role = SessionRole

/** Who a link is made for: a role, the name of a person where the link was made with one, and the unit that a person of the role `unit` speaks for. */
export interface Person {
  readonly role: Role
  readonly name: string | undefined
  readonly unit: string | undefined
}

/** Sign-in links and sessions. Tickets and sessions are 256 random bits in base64url; only their SHA-256 is kept. */
export interface SessionStore {
  /** A one-time sign-in link's secret, good for 24 h. `name` is the person it is made for, `unit` whom that one speaks for. Errors: StorageFullError. */
  createTicket(role: Role, now: Instant, name?: string, unit?: string): string
  /** Whose ticket it is, and it stays good; undefined for one that is unknown, used or too old. */
  ticketRole(ticket: string, now: Instant): Role | undefined
  /**
   * Turns a ticket into a session, once; undefined for one that is unknown, used or too old. `address` is where it is opened.
   * Errors: StorageFullError, and the ticket stays good.
   */
  redeemTicket(ticket: string, now: Instant, address?: string): (Person & { readonly session: string }) | undefined
  /**
   * Whose session it is, undefined for none. A wall's lasts 400 days since it was last seen, a unit's 30, any other 12 h. That it was seen is noted
   * hourly at most, so a session may end up to an hour early. `id` names the session without being a secret.
   */
  find(session: string, now: Instant): (Person & { readonly id: string }) | undefined
  /** Ends a session; nothing happens when there is none. */
  end(session: string): void
  /** Everybody who is signed in, the last that was seen first. */
  list(now: Instant): readonly SessionRecord[]
  /** Ends the session that an id names; nothing happens when there is none. */
  endById(id: string): void
}

const ticketLifeMs = dayMs
const seenEveryMs = hourMs
const sessionLifeMs: Readonly<Record<Role, number>> = { wall: 400 * dayMs, desk: 12 * hourMs, admin: 12 * hourMs, unit: 30 * dayMs }

const tables = `
  CREATE TABLE IF NOT EXISTS tickets (hash TEXT PRIMARY KEY, role TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (hash TEXT PRIMARY KEY, id TEXT NOT NULL, role TEXT NOT NULL, seen_at INTEGER NOT NULL) STRICT;
`

const addedColumns = {
  tickets: { name: 'TEXT', unit: 'TEXT' },
  sessions: { name: 'TEXT', unit: 'TEXT', created_at: 'INTEGER', address: 'TEXT' },
} as const

/** Files of before people had names, or units sessions: who signed in then stays signed in, without one. */
function addColumns(database: Database): void {
  for (const [table, added] of Object.entries(addedColumns)) {
    const columns = database.statement<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all([])
    for (const [column, type] of Object.entries(added))
      if (!columns.some(({ name }) => name === column)) database.execute(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`)
  }
}

export function createSessionStore(database: Database): SessionStore {
  return new SqliteSessionStore(database)
}

interface PersonRow {
  readonly role: Role
  readonly name: string | null
  readonly unit: string | null
}

interface SessionRow extends PersonRow {
  readonly id: string
  readonly created_at: Instant | null
  readonly seen_at: Instant
  readonly address: string | null
}

const personOf = ({ role, name, unit }: PersonRow): Person => ({ role, name: name ?? undefined, unit: unit ?? undefined })

class SqliteSessionStore implements SessionStore {
  readonly #database: Database
  readonly #addTicket
  readonly #findTicket
  readonly #takeTicket
  readonly #addSession
  readonly #find
  readonly #touch
  readonly #end
  readonly #list
  readonly #endById
  readonly #forgetTickets
  readonly #forgetSessions

  constructor(database: Database) {
    database.execute(tables)
    addColumns(database)
    this.#database = database
    this.#addTicket = database.statement('INSERT INTO tickets (hash, role, name, unit, expires_at) VALUES (?, ?, ?, ?, ?)')
    this.#findTicket = database.statement<{ role: Role }>('SELECT role FROM tickets WHERE hash = ? AND expires_at > ?')
    this.#takeTicket = database.statement<PersonRow>('DELETE FROM tickets WHERE hash = ? AND expires_at > ? RETURNING role, name, unit')
    this.#addSession = database.statement(
      'INSERT INTO sessions (hash, id, role, name, unit, created_at, seen_at, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#find = database.statement<PersonRow & { id: string; seen_at: Instant }>('SELECT id, role, name, unit, seen_at FROM sessions WHERE hash = ?')
    this.#touch = database.statement('UPDATE sessions SET seen_at = ? WHERE hash = ?')
    this.#end = database.statement('DELETE FROM sessions WHERE hash = ?')
    this.#list = database.statement<SessionRow>('SELECT id, role, name, unit, created_at, seen_at, address FROM sessions ORDER BY seen_at DESC, id')
    this.#endById = database.statement('DELETE FROM sessions WHERE id = ?')
    this.#forgetTickets = database.statement('DELETE FROM tickets WHERE expires_at <= ?')
    this.#forgetSessions = database.statement('DELETE FROM sessions WHERE role = ? AND seen_at <= ?')
  }

  createTicket(role: Role, now: Instant, name?: string, unit?: string): string {
    const ticket = secret()
    this.#database.transaction(() => {
      this.#forgetOld(now)
      this.#addTicket.run([hashOf(ticket), role, name, unit, now + ticketLifeMs])
    })
    return ticket
  }

  ticketRole(ticket: string, now: Instant): Role | undefined {
    return this.#findTicket.get([hashOf(ticket), now])?.role
  }

  redeemTicket(ticket: string, now: Instant, address?: string): (Person & { session: string }) | undefined {
    return this.#database.transaction(() => {
      const taken = this.#takeTicket.get([hashOf(ticket), now])
      if (taken === undefined) return undefined
      const session = secret()
      this.#addSession.run([hashOf(session), randomBytes(9).toString('base64url'), taken.role, taken.name, taken.unit, now, now, address])
      return { session, ...personOf(taken) }
    })
  }

  find(session: string, now: Instant): (Person & { id: string }) | undefined {
    const hash = hashOf(session)
    const found = this.#find.get([hash])
    if (found === undefined || now - found.seen_at >= sessionLifeMs[found.role]) return undefined
    if (now - found.seen_at >= seenEveryMs) this.#noteSeen(hash, now)
    return { id: found.id, ...personOf(found) }
  }

  end(session: string): void {
    this.#end.run([hashOf(session)])
  }

  list(now: Instant): readonly SessionRecord[] {
    return this.#list
      .all([])
      .filter(({ role, seen_at: seenAt }) => now - seenAt < sessionLifeMs[role])
      .map((row) => ({
        id: row.id,
        ...personOf(row),
        createdAt: row.created_at ?? undefined,
        seenAt: row.seen_at,
        address: row.address ?? undefined,
      }))
  }

  endById(id: string): void {
    this.#endById.run([id])
  }

  #noteSeen(hash: string, now: Instant): void {
    try {
      this.#touch.run([now, hash])
    } catch (error) {
      // a full disk must not sign a wall out: it is noted the next time it works
      if (!(error instanceof StorageFullError)) throw error
    }
  }

  #forgetOld(now: Instant): void {
    this.#forgetTickets.run([now])
    for (const [role, lifeMs] of Object.entries(sessionLifeMs)) this.#forgetSessions.run([role, now - lifeMs])
  }
}

const secret = (): string => randomBytes(32).toString('base64url')

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

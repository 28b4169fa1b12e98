import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { openDatabase } from '../../server/store/database.ts'
import { createSessionStore } from '../../server/store/sessions.ts'
import type { Role, SessionStore } from '../../server/store/sessions.ts'
import { openStores } from '../../server/store/stores.ts'
import { tick } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

function opened(directory = temporaryFolder()): SessionStore {
  const database = openDatabase(join(directory, 'log.sqlite'))
  onTestFinished(() => database.close())
  return createSessionStore(database)
}

function signedIn(store: SessionStore, role: Role, clock: ManualClock): string {
  const redeemed = store.redeemTicket(store.createTicket(role, clock.now()), clock.now())
  if (redeemed === undefined) throw new Error('a new ticket is good')
  return redeemed.session
}

function signedInAs(store: SessionStore, name: string, clock: ManualClock): string | undefined {
  const redeemed = store.redeemTicket(store.createTicket('desk', clock.now(), name), clock.now())
  return store.find(redeemed?.session ?? '', clock.now())?.name
}

describe('tickets', () => {
  test('are good once', () => {
    const store = opened()
    const clock = new ManualClock()
    const ticket = store.createTicket('desk', clock.now())
    expect(store.ticketRole(ticket, clock.now())).toBe('desk')
    expect(store.redeemTicket(ticket, clock.now())).toEqual({ session: expect.stringMatching(/^[\w-]{43}$/) as string, role: 'desk' })
    expect(store.redeemTicket(ticket, clock.now())).toBeUndefined()
    expect(store.ticketRole(ticket, clock.now())).toBeUndefined()
  })

  test('are good for 24 hours', () => {
    const store = opened()
    const clock = new ManualClock()
    const [inTime, late] = [store.createTicket('wall', clock.now()), store.createTicket('wall', clock.now())]
    clock.advance(dayMs - 1)
    expect(store.redeemTicket(inTime, clock.now())?.role).toBe('wall')
    clock.advance(1)
    expect(store.redeemTicket(late, clock.now())).toBeUndefined()
  })

  test.each(['', 'guess', "' OR 1=1 --", '\0', '𠮷'.repeat(100_000)])('nothing else is one (%#)', (ticket) => {
    const store = opened()
    store.createTicket('admin', 0)
    expect(store.redeemTicket(ticket, 0)).toBeUndefined()
    expect(store.find(ticket, 0)).toBeUndefined()
  })

  test('a ticket is no session, and a session no ticket', () => {
    const store = opened()
    const clock = new ManualClock()
    const session = signedIn(store, 'admin', clock)
    expect(store.redeemTicket(session, clock.now())).toBeUndefined()
    expect(store.find(store.createTicket('admin', clock.now()), clock.now())).toBeUndefined()
  })
})

describe('names of people', () => {
  test('go from the link to the session, and are missing where the link had none', () => {
    const store = opened()
    const clock = new ManualClock()
    const sign = (name?: string) => store.redeemTicket(store.createTicket('desk', clock.now(), name), clock.now())
    const [named, nameless] = [sign('值班员甲'), sign()]
    expect(named).toEqual({ session: expect.any(String) as string, role: 'desk', name: '值班员甲' })
    expect(nameless).toEqual({ session: expect.any(String) as string, role: 'desk', name: undefined })
    expect(store.find(named?.session ?? '', clock.now())).toEqual({ id: expect.any(String) as string, role: 'desk', name: '值班员甲' })
    expect(store.find(nameless?.session ?? '', clock.now())).toEqual({ id: expect.any(String) as string, role: 'desk', name: undefined })
  })

  test('come into a file that was made before there were any: who was signed in stays so', () => {
    const directory = temporaryFolder()
    const database = openDatabase(join(directory, 'log.sqlite'))
    const clock = new ManualClock()
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
    database.execute(`
      CREATE TABLE tickets (hash TEXT PRIMARY KEY, role TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
      CREATE TABLE sessions (hash TEXT PRIMARY KEY, id TEXT NOT NULL, role TEXT NOT NULL, seen_at INTEGER NOT NULL) STRICT;
      INSERT INTO tickets VALUES ('${hash('link')}', 'admin', ${String(clock.now() + dayMs)});
      INSERT INTO sessions VALUES ('${hash('wall')}', 'wall-1', 'wall', ${String(clock.now())});
    `)
    database.close()
    // and again: what is there is not added twice
    for (const store of [opened(directory), opened(directory)])
      expect(store.find('wall', clock.now())).toEqual({ id: 'wall-1', role: 'wall', name: undefined })
    expect(opened(directory).redeemTicket('link', clock.now())).toMatchObject({ role: 'admin', name: undefined })
    expect(signedInAs(opened(directory), '管理员乙', clock)).toBe('管理员乙')
  })
})

describe('whom a unit’s session speaks for', () => {
  test('goes from the link to the session', () => {
    const store = opened()
    const clock = new ManualClock()
    const redeemed = store.redeemTicket(store.createTicket('unit', clock.now(), '李四', 'housing'), clock.now())
    expect(redeemed).toMatchObject({ role: 'unit', name: '李四', unit: 'housing' })
    expect(store.find(redeemed?.session ?? '', clock.now())).toMatchObject({ role: 'unit', name: '李四', unit: 'housing' })
  })

  test('comes into a file that knew names only: who was signed in stays so', () => {
    const directory = temporaryFolder()
    const database = openDatabase(join(directory, 'log.sqlite'))
    const clock = new ManualClock()
    const hash = createHash('sha256').update('desk').digest('hex')
    database.execute(`
      CREATE TABLE tickets (hash TEXT PRIMARY KEY, role TEXT NOT NULL, expires_at INTEGER NOT NULL, name TEXT) STRICT;
      CREATE TABLE sessions (hash TEXT PRIMARY KEY, id TEXT NOT NULL, role TEXT NOT NULL, seen_at INTEGER NOT NULL, name TEXT) STRICT;
      INSERT INTO sessions VALUES ('${hash}', 'desk-1', 'desk', ${String(clock.now())}, '值班员甲');
    `)
    database.close()
    expect(opened(directory).find('desk', clock.now())).toEqual({ id: 'desk-1', role: 'desk', name: '值班员甲', unit: undefined })
  })
})

describe('sessions', () => {
  test.each<[Role, number]>([
    ['wall', 400 * dayMs],
    ['desk', 12 * hourMs],
    ['admin', 12 * hourMs],
    ['unit', 30 * dayMs],
  ])('of a %s end %d ms after they were last seen', (role, lifeMs) => {
    const store = opened()
    const clock = new ManualClock()
    const session = signedIn(store, role, clock)
    clock.advance(lifeMs - 1)
    expect(store.find(session, clock.now())?.role).toBe(role)
    // seen: lives as long again
    clock.advance(lifeMs - 1)
    expect(store.find(session, clock.now())?.role).toBe(role)
    clock.advance(lifeMs)
    expect(store.find(session, clock.now())).toBeUndefined()
  })

  test('being seen is written down at most hourly', () => {
    const store = opened()
    const clock = new ManualClock()
    const session = signedIn(store, 'desk', clock)
    clock.advance(59 * minuteMs)
    store.find(session, clock.now())
    clock.advance(12 * hourMs - 59 * minuteMs)
    expect(store.find(session, clock.now())).toBeUndefined()
  })

  test('survive a restart and a clock that goes back', () => {
    const directory = temporaryFolder()
    const clock = new ManualClock()
    const session = signedIn(opened(directory), 'wall', clock)
    const again = opened(directory)
    expect(again.find(session, clock.now() - 30 * dayMs)?.role).toBe('wall')
    expect(again.find(session, clock.now() + dayMs)?.role).toBe('wall')
  })

  test('have an id that is no secret and stays', () => {
    const store = opened()
    const clock = new ManualClock()
    const [a, b] = [signedIn(store, 'desk', clock), signedIn(store, 'desk', clock)]
    const id = store.find(a, clock.now())?.id ?? ''
    expect(id).toMatch(/^[\w-]{12}$/)
    expect(store.find(a, clock.now())?.id).toBe(id)
    expect(store.find(b, clock.now())?.id).not.toBe(id)
    expect(store.find(id, clock.now())).toBeUndefined()
  })

  test('end when told to', () => {
    const store = opened()
    const clock = new ManualClock()
    const [a, b] = [signedIn(store, 'desk', clock), signedIn(store, 'desk', clock)]
    store.end(a)
    store.end('unknown')
    expect(store.find(a, clock.now())).toBeUndefined()
    expect(store.find(b, clock.now())?.role).toBe('desk')
  })
})

describe('who is signed in', () => {
  test('is told with where from and since when, the last that was seen first, and is ended by the id', () => {
    const store = opened()
    const clock = new ManualClock()
    const start = clock.now()
    const wall = store.redeemTicket(store.createTicket('wall', start), start, '10.0.0.7')?.session ?? ''
    clock.advance(hourMs)
    signedInAs(store, '张三', clock)
    expect(store.list(clock.now())).toMatchObject([
      { role: 'desk', name: '张三', createdAt: start + hourMs, seenAt: start + hourMs, address: undefined },
      { role: 'wall', name: undefined, createdAt: start, seenAt: start, address: '10.0.0.7' },
    ])
    store.endById(store.find(wall, clock.now())?.id ?? '')
    store.endById('unknown')
    expect(store.find(wall, clock.now())).toBeUndefined()
    expect(store.list(clock.now()).map(({ role }) => role)).toEqual(['desk'])
    clock.advance(12 * hourMs)
    expect(store.list(clock.now())).toEqual([])
  })

  test('says of sessions of before that was noted what is known', () => {
    const directory = temporaryFolder()
    const database = openDatabase(join(directory, 'log.sqlite'))
    database.execute(`
      CREATE TABLE sessions (hash TEXT PRIMARY KEY, id TEXT NOT NULL, role TEXT NOT NULL, seen_at INTEGER NOT NULL) STRICT;
      INSERT INTO sessions VALUES ('h', 'wall-1', 'wall', 5);
    `)
    database.close()
    const nothing = { name: undefined, unit: undefined, createdAt: undefined, address: undefined }
    expect(opened(directory).list(6)).toEqual([{ id: 'wall-1', role: 'wall', seenAt: 5, ...nothing }])
  })
})

test('no secret is in the files, only its SHA-256', () => {
  const directory = temporaryFolder()
  const store = opened(directory)
  const clock = new ManualClock()
  const ticket = store.createTicket('admin', clock.now())
  const session = signedIn(store, 'admin', clock)
  const bytes = Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name)))).toString('latin1')
  expect(bytes).toContain(createHash('sha256').update(session).digest('hex'))
  expect(bytes).not.toContain(session)
  expect(bytes).not.toContain(ticket)
})

test('when the log is full, people can still sign in', () => {
  const stores = openStores({ directory: temporaryFolder(), maxBytes: 300_000, rejectionsKept: 10 })
  onTestFinished(() => stores.close())
  const clock = new ManualClock()
  const facts = Array.from({ length: 500 }, (_, index) => JSON.stringify(tick(index)))
  expect(() => {
    for (;;) stores.log.append([{ feed: 'system', facts }], clock.now())
  }).toThrow('cannot be written')
  for (let i = 0; i < 100; i += 1) {
    const session = signedIn(stores.sessions, 'desk', clock)
    expect(stores.sessions.find(session, clock.now())?.role).toBe('desk')
  }
  expect(() => stores.log.append([{ feed: 'system', facts }], clock.now())).toThrow('cannot be written')
})

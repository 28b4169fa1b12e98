import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionList } from '../../contract/session.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { adminToken, House, problemIn } from './house.ts'

let house: House
beforeEach(async () => {
  house = await new House({
    walls: () => ({ ofSession: (id: string) => (id === 'id-0' ? { wall: 'w1', name: '大厅主屏', revoked: undefined } : undefined) }) as never,
  }).open()
})
afterEach(() => house.close())

const json = { 'content-type': 'application/json' }
const asked = (session: string) => ({ cookie: `yiping_session=${session}`, origin: house.origin, ...json })
const idOf = (session: string): string => house.sessions.get(session)?.id ?? ''
const end = (id: string, headers: Readonly<Record<string, string>>) => house.ask('POST', `/api/sessions/${id}/end`, { headers, body: '{}' })

describe('sessions', () => {
  it('are told to an administrator, with whose they are, and without what would let anybody in', async () => {
    const [, unit, admin] = [house.signIn('wall'), house.signIn('unit', '李四', 'housing'), house.signIn('admin', '王某')]
    const { text } = await house.ask('GET', '/api/sessions', { headers: asked(admin) })
    const told = JSON.parse(text) as SessionList
    expect(told.own).toBe(idOf(admin))
    expect(told.sessions.map(({ role, name, unit: of, wall }) => [role, name, of, wall])).toEqual([
      ['wall', undefined, undefined, '大厅主屏'],
      ['unit', '李四', 'housing', undefined],
      ['admin', '王某', undefined, undefined],
    ])
    expect(text).not.toContain(unit)
  })

  it('are ended by an administrator: at once, on open sockets too, and by name in the log', async () => {
    const [unit, admin] = [house.signIn('unit', '李四', 'housing'), house.signIn('admin', '王某')]
    const id = idOf(unit)
    expect((await end(id, asked(admin))).status).toBe(200)
    expect((await house.ask('GET', '/api/session', { headers: asked(unit) })).status).toBe(401)
    expect(house.cuts).toBe(1)
    const fact = { kind: 'session-ended', session: id, at: house.clock.now(), by: '王某', role: 'unit', name: '李四', unit: 'housing' }
    expect(house.recorded).toEqual([{ feed: 'system', facts: [{ ...fact, address: '127.0.0.1' }] }])
    expect(problemIn(await end(id, asked(admin))).detail).toContain('is none, or over already; GET /api/sessions')
  })

  it('are ended with the administrator’s token too, which is nobody by name', async () => {
    const desk = house.signIn('desk')
    expect((await end(idOf(desk), { authorization: `Bearer ${adminToken}`, ...json })).status).toBe(200)
    expect(house.sessions.has(desk)).toBe(false)
    expect(house.recorded[0]?.facts).toEqual([expect.not.objectContaining({ by: expect.anything() as unknown })])
  })

  it('go on where that could not be written down', async () => {
    const [desk, admin] = [house.signIn('desk'), house.signIn('admin', '王某')]
    house.commit = () => Promise.reject(new StorageFullError('full'))
    expect((await end(idOf(desk), asked(admin))).status).toBe(507)
    expect([house.sessions.has(desk), house.cuts]).toEqual([true, 0])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeAlphabet } from '../../contract/wall.ts'
import type { CommandAnswer, WallIdentity, WallPicture, WallReports } from '../../contract/wall.ts'
import { roles } from '../../server/http/route.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { World } from '../../server/core/world.ts'
import { registryWith } from '../support/registry.ts'
import { videoSource } from '../support/facts.ts'
import { until } from '../support/live-server.ts'
import { problemIn } from './house.ts'
import { report, tenMinutes, WallHouse } from './walls-house.ts'

let walls: WallHouse
beforeEach(async () => {
  walls = new WallHouse()
  await walls.house.open()
})
afterEach(() => walls.house.close())

const district = '620802'
let keys = 0
const newKey = (): string => `command-${String((keys += 1))}`
const command = (session: string, what: object, to: object, key = newKey()) =>
  walls.ask(session, 'POST', '/api/walls/command', { district, key, what, ...to })
const answerOf = ({ status, text }: { status: number; text: string }): CommandAnswer => {
  if (status !== 200) throw new Error(`${String(status)}: ${text}`)
  return JSON.parse(text) as CommandAnswer
}
const me = (session: string): Promise<WallIdentity> => walls.told(session, '/api/walls/me')
const reports = (session: string): Promise<WallReports> => walls.told(session, `/api/walls/reports?district=${district}`)

describe('a browser becomes a wall', () => {
  it('shows a code that nobody misreads, the same for ten minutes, then another', async () => {
    const session = walls.signIn('wall')
    const first = await me(session)
    expect(first).toEqual({
      state: 'waiting',
      code: expect.stringMatching(new RegExp(`^[${codeAlphabet}]{6}$`)) as string,
      expiresAt: walls.room.clock.now() + tenMinutes,
    })
    walls.room.clock.advance(tenMinutes - 1)
    expect(await me(session)).toEqual(first)
    walls.room.clock.advance(1)
    expect((await me(session)) as { code: string }).not.toMatchObject({ code: (first as { code: string }).code })
    expect(await me(walls.signIn('desk', '张三'))).toEqual({ state: 'none' })
  })

  it('is enrolled with the code as it was read, under a name, by name, in the log', async () => {
    const session = walls.signIn('wall')
    const { code } = (await me(session)) as { code: string }
    const desk = walls.signIn('desk', '张三')
    const asked = { district, code: ` ${code.toLowerCase()} `, name: ' 大厅主屏 ', profile: 'hall', group: '大厅' }
    const { wall } = JSON.parse((await walls.ask(desk, 'POST', '/api/walls/enrol', asked)).text) as { wall: string }
    expect(walls.room.recorded).toEqual([
      {
        kind: 'wall',
        district,
        wall,
        at: walls.room.clock.now(),
        by: '张三',
        change: 'enrolled',
        session: walls.house.sessions.get(session)?.id,
        name: '大厅主屏',
        profile: 'hall',
        group: '大厅',
      },
    ])
    expect(await me(session)).toEqual({ state: 'enrolled', wall, district, name: '大厅主屏' })
    // the code is used up
    expect(problemIn(await walls.ask(desk, 'POST', '/api/walls/enrol', { ...asked, name: '另一块' })).detail).toContain('no wall shows')
  })

  it('knows itself after a restart, and is signed out when it is revoked', async () => {
    const { session, wall } = await walls.enrol('大厅主屏')
    walls.room.world = World.restore(registryWith(), JSON.parse(JSON.stringify(walls.room.world.dump())))
    expect(await me(session)).toMatchObject({ state: 'enrolled', wall })
    expect((await walls.ask(walls.signIn('desk', '李四'), 'POST', `/api/walls/${wall}/revoke`, { district })).status).toBe(200)
    expect(walls.room.recorded.at(-1)).toMatchObject({ kind: 'wall', change: 'revoked', by: '李四', wall })
    for (const path of ['/api/walls/me', '/api/state?topics=server']) expect(problemIn(await walls.ask(session, 'GET', path)).status).toBe(401)
    expect(problemIn(await walls.ask(session, 'POST', '/api/walls/report', report())).status).toBe(401)
  })

  it('whose place another browser takes is told by whom, and shows a code again', async () => {
    const { session, wall } = await walls.enrol('大厅主屏')
    await walls.enrol('大厅主屏', { wall })
    expect(await me(session)).toMatchObject({ state: 'revoked', by: '张三', at: walls.room.clock.now(), code: expect.any(String) as string })
    expect(problemIn(await walls.ask(session, 'POST', '/api/walls/report', report())).status).toBe(403)
  })

  it('stays signed in where its revoking could not be recorded', async () => {
    const { session, wall } = await walls.enrol('大厅主屏')
    walls.room.commit = () => Promise.reject(new StorageFullError('full'))
    expect((await walls.ask(walls.signIn('desk', '李四'), 'POST', `/api/walls/${wall}/revoke`, { district })).status).toBe(507)
    expect(await me(session)).toMatchObject({ state: 'enrolled', wall })
  })

  it('keeps its code when the enrolment could not be recorded', async () => {
    const session = walls.signIn('wall')
    const { code } = (await me(session)) as { code: string }
    const desk = walls.signIn('desk', '张三')
    walls.room.commit = () => Promise.reject(new StorageFullError('full'))
    expect((await walls.ask(desk, 'POST', '/api/walls/enrol', { district, code, name: '甲' })).status).toBe(507)
    walls.room.commit = () => Promise.resolve()
    expect((await walls.ask(desk, 'POST', '/api/walls/enrol', { district, code, name: '甲' })).status).toBe(200)
  })

  it('is renamed; a name of another wall, an unknown profile, and a desk without a name are refused in words', async () => {
    const { wall } = await walls.enrol('甲')
    await walls.enrol('乙')
    const desk = walls.signIn('desk', '张三')
    const rename = (body: object, session = desk) => walls.ask(session, 'POST', `/api/walls/${wall}/rename`, { district, ...body })
    expect((await rename({ name: '丙', group: '大厅' })).status).toBe(200)
    expect(problemIn(await rename({ name: '乙' })).detail).toBe('name: "乙" is another wall already; take another name, or revoke that one')
    expect(problemIn(await rename({ name: '丙', profile: 'nowhere' })).detail).toContain('there are hall')
    expect(problemIn(await rename({ name: '丙' }, walls.signIn('desk'))).detail).toContain('signed with a person’s name')
    expect(problemIn(await rename({ name: 'a\u202eb' })).detail).toContain('control characters')
    expect(problemIn(await walls.ask(desk, 'POST', '/api/walls/gone/rename', { district, name: '丁' })).detail).toContain('(丙)')
    expect(walls.room.world.walls(district)?.state(wall)).toMatchObject({ name: '丙', group: '大厅' })
  })

  it('is enrolled once, however often the code is sent', async () => {
    const session = walls.signIn('wall')
    const { code } = (await me(session)) as { code: string }
    const desk = walls.signIn('desk', '张三')
    const answers = await Promise.all(['甲', '乙'].map((name) => walls.ask(desk, 'POST', '/api/walls/enrol', { district, code, name })))
    expect(answers.map(({ status }) => status === 200)).toContain(true)
    expect(walls.room.recorded).toHaveLength(1)
  })

  it('is one wall of one district, also where the code is sent to two at once', async () => {
    const session = walls.signIn('wall')
    const { code } = (await me(session)) as { code: string }
    const desk = walls.signIn('desk', '张三')
    const enrol = async (where: string) => (await walls.ask(desk, 'POST', '/api/walls/enrol', { district: where, code, name: '甲' })).status
    const statuses: number[] = []
    walls.room.commit = async () => {
      walls.room.commit = () => Promise.resolve()
      statuses.push(await enrol('la'))
    }
    statuses.push(await enrol('620802'))
    expect(statuses).toEqual([409, 200])
    expect(walls.room.recorded).toHaveLength(1)
  })

  it('cannot be guessed at: after ten wrong codes an address waits', async () => {
    const desk = walls.signIn('desk', '张三')
    const guess = () => walls.ask(desk, 'POST', '/api/walls/enrol', { district, code: 'AAAAAA', name: '甲' })
    for (let n = 0; n < 10; n++) expect((await guess()).status).toBe(404)
    expect((await guess()).status).toBe(429)
  })
})

describe('a desk drives', () => {
  it('several walls in step, by name, and the answer is the same however often it is asked', async () => {
    const [one, two] = [await walls.enrol('甲', { group: '大厅' }), await walls.enrol('乙', { group: '大厅' })]
    const desk = walls.signIn('desk', '张三')
    const key = newKey()
    const order = { do: 'show', screen: 'dispatch', district }
    const answers = await Promise.all([1, 2, 3].map(() => command(desk, order, { group: '大厅' }, key)))
    const told = answers.map(answerOf)
    expect(told.map(({ isRepeated }) => isRepeated).sort()).toEqual([false, true, true])
    for (const each of told) expect(each).toMatchObject({ number: 1, by: '张三', walls: [one.wall, two.wall] })
    expect(walls.room.recorded.slice(2)).toEqual([
      {
        kind: 'wall-command',
        district,
        walls: [one.wall, two.wall],
        group: '大厅',
        key,
        at: walls.room.clock.now(),
        by: '张三',
        desk: walls.house.sessions.get(desk)?.id,
        address: '127.0.0.1',
        what: order,
      },
    ])
    expect(problemIn(await command(desk, { do: 'release' }, { group: '大厅' }, key)).status).toBe(409)
  })

  it('not while another desk has the lock: that one is named, since when, and until when it holds', async () => {
    const { wall } = await walls.enrol('甲')
    const [zhang, li, admin] = [walls.signIn('desk', '张三'), walls.signIn('desk', '李四'), walls.signIn('admin', '王五')]
    const to = { walls: [wall] }
    answerOf(await command(zhang, { do: 'lock' }, to))
    const refused = problemIn(await command(li, { do: 'guest', isGuest: true }, to))
    expect(refused).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/^甲: 张三 drives this wall since .*; take the lock over from .*, or let an administrator/) as string,
    })
    walls.room.clock.advance(9 * 60_000)
    answerOf(await command(zhang, { do: 'look', at: null }, to))
    walls.room.clock.advance(9 * 60_000)
    expect((await command(li, { do: 'lock' }, to)).status).toBe(409)
    walls.room.clock.advance(60_000)
    answerOf(await command(li, { do: 'lock' }, to))
    expect((await command(zhang, { do: 'look', at: null }, to)).status).toBe(409)
    answerOf(await command(admin, { do: 'lock' }, to))
    expect(walls.room.recorded.filter(({ kind }) => kind === 'wall-command')).toHaveLength(4)
  })

  it('not with what is not there, and nothing is recorded', async () => {
    const { wall } = await walls.enrol('甲')
    const desk = walls.signIn('desk', '张三')
    const known = walls.room.recorded.length
    walls.room.fold(videoSource({ id: 'C1' }), 'video')
    const refusals = [
      [{ do: 'scene', scene: 'nowhere' }, 404, /config\/scenes.yaml; there are duty/],
      [{ do: 'emergency', scene: 'nowhere' }, 404, /duty/],
      [{ do: 'show', screen: 'overview', district: 'la' }, 404, /there is none/],
      [{ do: 'show', screen: 'overview', district: 'mars' }, 404, /is not configured/],
      [{ do: 'show', screen: 'cinema', district }, 400, /what\.screen/],
      [{ do: 'camera', camera: 'C9', isFull: false }, 404, /no camera "C9"/],
      [{ do: 'full-screen', camera: 'C9' }, 404, /no camera "C9"/],
      [{ do: 'select', thing: { kind: 'town', id: 'x' } }, 404, /no town/],
      [{ do: 'select', thing: { kind: 'incident', id: 'x' } }, 404, /no incident/],
      [{ do: 'look', at: { place: [0, 0], kmAcross: 1e9 } }, 400, /kmAcross/],
      [{ do: 'layers', off: ['gold'] }, 400, /what\.off/],
      [{ do: 'past', from: walls.room.clock.now(), speed: 1 }, 400, /what\.from: .* is yet to come/],
      [{ do: 'past', from: walls.room.clock.now() - 60_000, until: walls.room.clock.now() + 1, speed: 1 }, 400, /what\.until: .* is yet to come/],
      [{ do: 'past', from: walls.room.clock.now() - 60_000, until: walls.room.clock.now() - 60_000, speed: 1 }, 400, /after what\.from/],
      [{ do: 'past', from: walls.room.clock.now() - 60_000, speed: 7 }, 400, /what\.speed/],
      [{ do: 'dance' }, 400, /what/],
      [{ do: 'undo' }, 409, /nothing is left to undo/],
      [{ do: 'stand-down' }, 409, /no emergency/],
    ] as const
    for (const [what, status, words] of refusals) {
      const problem = problemIn(await command(desk, what, { walls: [wall] }))
      expect([what, problem.status, problem.detail]).toEqual([what, status, expect.stringMatching(words)])
    }
    for (const to of [{}, { walls: [] }, { walls: ['gone'] }, { group: '没有' }, { walls: [wall], group: '甲' }])
      expect([400, 404]).toContain((await command(desk, { do: 'release' }, to)).status)
    expect(walls.room.recorded.length).toBe(known + 1)
    answerOf(await command(desk, { do: 'camera', camera: 'C1', isFull: true }, { walls: [wall] }))
    answerOf(await command(desk, { do: 'select', thing: { kind: 'town', id: '620802001' } }, { walls: [wall] }))
  })

  it('in an emergency whoever has the lock, and nothing else is shown until it is over', async () => {
    const { wall } = await walls.enrol('甲')
    const [zhang, li] = [walls.signIn('desk', '张三'), walls.signIn('desk', '李四')]
    const to = { walls: [wall] }
    answerOf(await command(zhang, { do: 'lock' }, to))
    answerOf(await command(li, { do: 'emergency', scene: 'duty' }, to))
    expect(problemIn(await command(li, { do: 'scene', scene: 'duty' }, to)).detail).toContain('the emergency scene duty goes first')
    expect(problemIn(await command(zhang, { do: 'stand-down' }, to)).detail).toContain('李四 drives this wall')
    answerOf(await command(li, { do: 'stand-down' }, to))
    expect(walls.room.world.walls(district)?.state(wall)).toMatchObject({ emergency: undefined, lock: undefined, command: 3 })
  })
})

describe('decisions of one moment', () => {
  it('share the way to the disk, look at each other, and are answered when they are durable', async () => {
    const { wall } = await walls.enrol('甲')
    const [zhang, li] = [walls.signIn('desk', '张三'), walls.signIn('desk', '李四')]
    const to = { walls: [wall] }
    const waiting: (() => void)[] = []
    walls.room.commit = () => new Promise((resolve) => waiting.push(resolve))
    const key = newKey()
    const first = command(zhang, { do: 'lock' }, to, key)
    await until(() => waiting.length === 1)
    // before the lock is durable the other desk is told of it already, and a repetition waits for it
    expect(problemIn(await command(li, { do: 'lock' }, to)).detail).toContain('张三 drives this wall')
    const again = command(zhang, { do: 'lock' }, to, key)
    const next = command(zhang, { do: 'guest', isGuest: true }, to)
    await until(() => waiting.length === 2)
    expect(walls.room.recorded.map(({ kind }) => kind)).toEqual(['wall'])
    for (const durable of waiting) durable()
    expect([answerOf(await first), answerOf(await again), answerOf(await next)].map(({ number, isRepeated }) => [number, isRepeated])).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ])
  })

  it('that did not reach the disk count for nothing, and what comes next is numbered as if they had never been', async () => {
    const { wall } = await walls.enrol('甲')
    const [zhang, li] = [walls.signIn('desk', '张三'), walls.signIn('desk', '李四')]
    const to = { walls: [wall] }
    walls.room.commit = () => Promise.reject(new StorageFullError('full'))
    expect((await command(zhang, { do: 'lock' }, to)).status).toBe(507)
    walls.room.commit = () => Promise.resolve()
    expect(answerOf(await command(li, { do: 'guest', isGuest: true }, to))).toMatchObject({ number: 1, by: '李四' })
  })
})

describe('a wall says what it shows', () => {
  it('and the desk sees which wall has painted a step, how long after, and which has not', async () => {
    const [one, two] = [await walls.enrol('甲'), await walls.enrol('乙')]
    const desk = walls.signIn('desk', '张三')
    const { number } = answerOf(await command(desk, { do: 'scene', scene: 'duty' }, { walls: [one.wall, two.wall] }))
    walls.room.clock.advance(80)
    expect((await walls.ask(one.session, 'POST', '/api/walls/report', report({ painted: number }))).status).toBe(204)
    const told = await reports(desk)
    expect(told).toMatchObject({ desk: walls.house.sessions.get(desk)?.id, now: walls.room.clock.now() })
    expect(told.heard).toEqual([
      expect.objectContaining({ wall: one.wall, painted: number, screen: 'overview', framesPerSecond: 60, heardAt: walls.room.clock.now() }),
    ])
    expect(told.heard[0]).not.toHaveProperty('picture')
    expect(told.steps).toEqual([expect.objectContaining({ number, walls: [one.wall, two.wall], paintedMs: { [one.wall]: 80 } })])
    expect(await walls.told<WallPicture>(desk, `/api/walls/${one.wall}/picture?district=${district}`)).toEqual(report().picture)
    expect(await walls.told<WallPicture>(desk, `/api/walls/${two.wall}/picture?district=${district}`)).toEqual({ panels: [] })
    // not in the log
    expect(walls.room.recorded.map(({ kind }) => kind)).toEqual(['wall', 'wall', 'wall-command'])
  })

  it('a later step stands for those before it, and a page loaded anew takes nothing back', async () => {
    const { session, wall } = await walls.enrol('甲')
    const desk = walls.signIn('desk', '张三')
    for (const isGuest of [true, false]) answerOf(await command(desk, { do: 'guest', isGuest }, { walls: [wall] }))
    walls.room.clock.advance(40)
    expect((await walls.ask(session, 'POST', '/api/walls/report', report({ painted: 2 }))).status).toBe(204)
    walls.room.clock.advance(5_000)
    expect((await walls.ask(session, 'POST', '/api/walls/report', report({ painted: 0 }))).status).toBe(204)
    expect((await reports(desk)).steps.map(({ paintedMs }) => paintedMs)).toEqual([{ [wall]: 40 }, { [wall]: 40 }])
  })

  it('no oftener than every five seconds, but for each painted command; no command that never was; and not too much', async () => {
    const { session, wall } = await walls.enrol('甲')
    const desk = walls.signIn('desk', '张三')
    const say = (given: object = {}) => walls.ask(session, 'POST', '/api/walls/report', report(given))
    expect((await say()).status).toBe(204)
    expect(problemIn(await say()).status).toBe(429)
    answerOf(await command(desk, { do: 'guest', isGuest: true }, { walls: [wall] }))
    expect((await say({ painted: 1 })).status).toBe(204)
    expect(problemIn(await say({ painted: 1 })).status).toBe(429)
    expect(problemIn(await say({ painted: 9 })).detail).toContain('the last command is 1')
    // going back and forth is no way around it
    walls.room.clock.advance(5_000)
    expect((await say({ painted: 0 })).status).toBe(204)
    for (const painted of [1, 0, 1]) expect(problemIn(await say({ painted })).status).toBe(429)
    walls.room.clock.advance(5_000)
    expect((await say({ painted: 1 })).status).toBe(204)
    walls.room.clock.advance(5_000)
    expect(problemIn(await say({ framesPerSecond: 'many' })).detail).toContain('framesPerSecond')
    expect(problemIn(await say({ wall: 'another' })).status).toBe(400)
    expect(problemIn(await say({ build: 'b'.repeat(50_000) })).status).toBe(413)
  })

  it('and a desk that waits is told at once when there is news, and else after a while', async () => {
    const { session } = await walls.enrol('甲')
    const desk = walls.signIn('desk', '张三')
    const { version } = await reports(desk)
    const path = `/api/walls/reports?district=${district}&after=${String(version)}`
    let isAnswered = false
    const waiting = walls.told<WallReports>(desk, path).then((told) => {
      isAnswered = true
      return told
    })
    // another request goes there and back meanwhile
    await reports(desk)
    expect(isAnswered).toBe(false)
    await walls.ask(session, 'POST', '/api/walls/report', report())
    expect((await waiting).version).toBe(version + 1)
    const quiet = walls.told<WallReports>(desk, `/api/walls/reports?district=${district}&after=${String(version + 1)}`)
    await reports(desk)
    walls.room.clock.advance(8_000)
    expect((await quiet).version).toBe(version + 1)
  })

  it('of itself only: a browser that is no wall, a desk and the token may not', async () => {
    for (const session of [walls.signIn('wall'), walls.signIn('desk', '张三')])
      expect(problemIn(await walls.ask(session, 'POST', '/api/walls/report', report())).detail).toContain('no enrolled wall')
  })
})

describe('a wall’s session', () => {
  it('commands nothing and lets nobody in, of itself or of others', async () => {
    const [one, two] = [await walls.enrol('甲'), await walls.enrol('乙')]
    const known = walls.room.recorded.length
    const forbidden = walls.room.routes.filter(({ access }) => access !== 'wall')
    expect(forbidden.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /api/walls/:wall/picture',
      'GET /api/walls/reports',
      'POST /api/walls/:wall/rename',
      'POST /api/walls/:wall/revoke',
      'POST /api/walls/command',
      'POST /api/walls/enrol',
    ])
    for (const { method, path } of forbidden) {
      for (const target of [one.wall, two.wall]) {
        const body = method === 'GET' ? undefined : { district, key: newKey(), walls: [target], what: { do: 'release' }, name: '丙', code: 'AAAAAA' }
        expect((await walls.ask(one.session, method, path.replace(':wall', target), body)).status).toBe(403)
      }
    }
    expect(walls.room.recorded.length).toBe(known)
    for (const role of roles.filter((each) => each !== 'wall'))
      expect((await command(walls.signIn(role, '张三'), { do: 'release' }, { walls: [one.wall] })).status).toBe(role === 'unit' ? 403 : 200)
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import type { Sensitivity, ViewingFact } from '../../contract/video-fact.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import { camera, liveOf, mediaOf, playlistOf, segmentsOf, startCamera, told } from './support.ts'
import type { As, CameraOptions, CameraRig } from './support.ts'

let rig: CameraRig | undefined

afterEach(async () => {
  await rig?.close()
  rig = undefined
})

const still = { body: Buffer.from([0xff, 0xd8, 0xff]), contentType: 'image/jpeg' }

/** A platform whose cameras are all of one sensitivity, can be turned, and move on with the clock. */
async function playing(sensitivity: Sensitivity | undefined, given: Partial<CameraOptions> = {}): Promise<CameraRig> {
  const { provider, ...rest } = given
  rig = await startCamera({
    media: mediaOf(() => {
      const first = Math.floor((rig?.clock.now() ?? 0) / 2_000)
      return playlistOf([`${String(first)}.ts`], first)
    }),
    item: { canMove: true },
    config: { sensitivity: sensitivity === undefined ? {} : { 社会治理: sensitivity } },
    provider: { snapshot: () => Promise.resolve(still), ptz: () => Promise.resolve(), ...provider },
    ...rest,
  })
  return rig
}

const live = liveOf(camera)
const viewing = `/api/video/${camera}/viewing`
const snapshot = `/api/video/${camera}/snapshot`
const ptz = `/api/video/${camera}/ptz`
const reason = '群众来电反映路面积水'
const wall: As = { session: 'w' }
const nameless: As = { session: 'd', role: 'desk' }
const named: As = { session: 'n', role: 'desk', name: '值班员甲' }
const admin: As = { session: 'a', role: 'admin', name: '管理员乙' }

describe('who may look', () => {
  test.each<[Sensitivity | undefined, string, As, string]>([
    [undefined, '', wall, '200'],
    [undefined, '?guest=1', wall, '200'],
    ['open', '?guest=1', wall, '200'],
    ['internal', '', wall, '200'],
    ['internal', '', nameless, '200'],
    ['internal', '?guest=1', wall, '403 no-permission no-guest'],
    ['internal', '?guest=1', named, '403 no-permission no-guest'],
    ['sensitive', '', wall, '403 no-permission role'],
    ['sensitive', '', { ...wall, name: '值班员甲' }, '403 no-permission role'],
    ['sensitive', '', nameless, '403 no-permission name'],
    ['sensitive', '', named, '403 no-permission reason'],
    ['sensitive', '', admin, '403 no-permission reason'],
    ['sensitive', '?guest=1', named, '403 no-permission no-guest'],
  ])('%s%s by %j: %s, the picture and the still alike', async (sensitivity, query, as, said) => {
    const { ask, viewings, opened } = await playing(sensitivity)
    expect(await told(await ask(live + query, as))).toBe(said)
    expect(await told(await ask(snapshot + query, as))).toBe(said)
    if (said === '200') return
    // not even the platform hears of it
    expect([viewings, opened]).toEqual([[], []])
  })

  test('a camera of its own sensitivity goes by that, and not by its region’s', async () => {
    const { ask } = await playing('open', { config: { sensitivity: { 社会治理: 'open', [camera]: 'internal' } } })
    expect(await told(await ask(`${live}?guest=1`, wall))).toBe('403 no-permission no-guest')
    expect(await told(await ask(`${liveOf('cam-2')}?guest=1`, wall))).toBe('200')
  })
})

describe('a sensitive camera', () => {
  test('is open to a named person after a reason, for this session and this camera', async () => {
    const { ask, clock } = await playing('sensitive')
    const granted = await ask(viewing, named, { reason })
    expect([granted.status, await granted.json()]).toEqual([200, { until: clock.now() + 15 * minuteMs }])
    expect(await told(await ask(live, named))).toBe('200')
    expect(await told(await ask(snapshot, named))).toBe('200')
    expect(await told(await ask(`${live}?guest=1`, named))).toBe('403 no-permission no-guest')
    expect(await told(await ask(live, { ...named, session: 'other' }))).toBe('403 no-permission reason')
    expect(await told(await ask(liveOf('cam-2'), named))).toBe('403 no-permission reason')
  })

  test.each([
    [wall, '403 no-permission role'],
    [nameless, '403 no-permission name'],
  ])('is not opened by %j, whatever the reason', async (as, said) => {
    const { ask } = await playing('sensitive')
    expect(await told(await ask(viewing, as, { reason }))).toBe(said)
  })

  test.each([[{}], [{ reason: '看看' }], [{ reason: ' x  ' }], [{ reason: 'x'.repeat(201) }], [{ reason, until: 1 }], ['reason']])(
    'takes no %j for a reason',
    async (body) => {
      const { ask } = await playing('sensitive')
      const answer = await ask(viewing, named, body)
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('send {"reason"')
    },
  )

  test('stays open for as long as it is watched, and 15 minutes more; segments by their names likewise', async () => {
    const { ask, clock } = await playing('sensitive')
    await ask(viewing, named, { reason })
    let path = ''
    for (let minute = 0; minute < 40; minute += 8) {
      const playlist = await ask(live, named)
      expect(playlist.status).toBe(200)
      path = segmentsOf(await playlist.text(), camera)[0] ?? ''
      clock.advance(8 * minuteMs)
    }
    await ask(live, named)
    clock.advance(15 * minuteMs)
    expect(await told(await ask(live, named))).toBe('403 no-permission reason')
    expect(path).not.toBe('')
  })

  test('shows no segment either once the reason is over', async () => {
    const { ask, clock } = await playing('sensitive')
    await ask(viewing, named, { reason })
    const [path = ''] = segmentsOf(await (await ask(live, named)).text(), camera)
    clock.advance(-1_000)
    expect(await told(await ask(path, named))).toBe('200')
    // a clock that was set back far: a reason that would hold for longer than any can is none
    clock.advance(-20 * minuteMs)
    expect(await told(await ask(path, named))).toBe('403 no-permission reason')
  })

  test('is not shown while nothing can be recorded; others are', async () => {
    const sensitive = await playing('sensitive')
    await sensitive.ask(viewing, named, { reason })
    sensitive.viewings.failing = true
    expect(await told(await sensitive.ask(live, named))).toBe('403 no-permission')
    sensitive.viewings.failing = false
    expect(await told(await sensitive.ask(live, named))).toBe('200')
    expect(sensitive.viewings.map(({ phase }) => phase)).toEqual(['began'])
    await sensitive.close()
    const open = await playing('open')
    open.viewings.failing = true
    expect(await told(await open.ask(live, wall))).toBe('200')
    open.viewings.failing = false
    expect(await told(await open.ask(live, wall))).toBe('200')
    expect(open.viewings.map(({ phase }) => phase)).toEqual(['began'])
  })
})

describe('a viewing', () => {
  const brief = (facts: readonly ViewingFact[], from: number): readonly string[] =>
    facts.map(({ phase, role, source, at }) => `${phase} ${role} ${source} +${String((at - from) / 1_000)}`)

  /** Asks every two seconds, as a player does. */
  async function watch({ ask, clock }: CameraRig, as: As, seconds: number, query = ''): Promise<void> {
    for (let second = 0; second < seconds; second += 2) {
      await ask(live + query, as)
      clock.advance(2 * secondMs)
    }
  }

  test('is one for each session and camera, whatever the quality and however many tiles', async () => {
    const given = await playing('open')
    const from = given.clock.now()
    await Promise.all([given.ask(live, wall), given.ask(live, wall), given.ask(`${live}?quality=main`, wall), given.ask(snapshot, wall)])
    await given.ask(liveOf('cam-2'), wall)
    await given.ask(live, named)
    expect(brief(given.viewings, from)).toEqual([`began wall ${camera} +0`, 'began wall cam-2 +0', `began desk ${camera} +0`])
    expect(new Set(given.viewings.map(({ id }) => id)).size).toBe(3)
    expect(given.viewings[2]).toMatchObject({ name: '值班员甲', address: '127.0.0.1' })
    expect(given.video.figures().viewings).toBe(3)
  })

  test('ends 30 s after its last request, which is known after a pause of ten minutes', async () => {
    const given = await playing('open')
    const from = given.clock.now()
    await watch(given, wall, 60)
    given.clock.advance(30 * secondMs)
    expect(given.video.figures().viewings).toBe(0)
    given.clock.advance(10 * minuteMs)
    expect(brief(given.viewings, from)).toEqual([`began wall ${camera} +0`, `ended wall ${camera} +88`])
    expect(given.viewings[1]?.id).toBe(given.viewings[0]?.id)
  })

  test('goes on over a pause of less than ten minutes, and is another after a longer one', async () => {
    const given = await playing('open')
    for (let round = 0; round < 3; round += 1) {
      await watch(given, wall, 30)
      given.clock.advance(9 * minuteMs)
    }
    expect(given.viewings).toHaveLength(1)
    given.clock.advance(2 * minuteMs)
    await watch(given, wall, 2)
    expect(given.viewings.map(({ phase }) => phase)).toEqual(['began', 'ended', 'began'])
    expect(given.viewings[2]?.id).not.toBe(given.viewings[0]?.id)
  })

  test('on a guest scene is by a guest', async () => {
    const given = await playing('open')
    await given.ask(`${live}?guest=1`, wall)
    await given.ask(`${live}?guest=1`, named)
    expect(given.viewings.map(({ role }) => role)).toEqual(['guest', 'desk'])
  })

  test('has its reason; another reason is another viewing', async () => {
    const given = await playing('sensitive')
    await given.ask(viewing, named, { reason })
    await given.ask(live, named)
    await given.ask(viewing, named, { reason: '核查施工围挡' })
    await given.ask(live, named)
    given.clock.advance(30 * secondMs)
    expect(given.viewings.map(({ phase, reason: why }) => [phase, why]).sort()).toEqual([
      ['began', '核查施工围挡'],
      ['began', reason],
      ['ended', reason],
    ])
  })

  test('is none where there was no picture', async () => {
    const given = await playing('open', { media: (_request, response) => response.writeHead(404).end() })
    await given.ask(live, wall)
    expect(given.viewings).toEqual([])
  })

  test('ends with the server; what a server before left open is ended by the next, when it was last alive', async () => {
    const before = {
      id: 'v-1',
      source: camera,
      role: 'wall',
      name: undefined,
      reason: undefined,
      address: '10.0.0.7',
      beganAt: 5,
      endedAt: undefined,
    } as const
    const given = await playing('open', { leftOpen: [before] })
    const from = given.clock.now()
    expect(given.viewings).toEqual([
      { kind: 'viewing', id: 'v-1', source: camera, at: from - 1_000, phase: 'ended', role: 'wall', address: '10.0.0.7' },
    ])
    await given.ask(live, wall)
    given.clock.advance(4 * secondMs)
    await given.video.close()
    expect(brief(given.viewings.slice(1), from)).toEqual([`began wall ${camera} +0`, `ended wall ${camera} +4`])
  })

  test('whose end cannot be recorded is ended when it can', async () => {
    const given = await playing('open')
    await watch(given, wall, 2)
    given.viewings.failing = true
    given.clock.advance(11 * minuteMs)
    given.viewings.failing = false
    await new Promise((resolve) => setImmediate(resolve))
    given.clock.advance(30 * secondMs)
    expect(given.viewings.map(({ phase }) => phase)).toEqual(['began', 'ended'])
  })
})

describe('a still picture', () => {
  test('is handed on as the platform makes it, kept by nobody, and asked for once by many', async () => {
    let made = 0
    const given = await playing('open', { provider: { snapshot: () => Promise.resolve({ ...still, body: Buffer.from([(made += 1)]) }) } })
    const answers = await Promise.all([given.get(snapshot), given.get(snapshot, 'wall-2')])
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, 'image/jpeg', 'no-store'])
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1])
    }
    given.clock.advance(2_000)
    expect([...new Uint8Array(await (await given.get(snapshot)).arrayBuffer())]).toEqual([2])
  })

  test.each([
    ['a page', { contentType: 'text/html' }],
    ['a drawing, which may hold a script', { contentType: 'image/svg+xml' }],
    ['a picture of more than 4 MiB', { body: Buffer.alloc(4 * 1024 * 1024 + 1) }],
  ])('is not %s', async (_name, other) => {
    const { get } = await playing('open', { provider: { snapshot: () => Promise.resolve({ ...still, ...other }) } })
    expect(await told(await get(snapshot))).toBe('404 no-stream')
  })
})

describe('a camera is turned', () => {
  const turned = (): { readonly moves: string[]; readonly provider: NonNullable<CameraOptions['provider']> } => {
    const moves: string[] = []
    return { moves, provider: { ptz: (source, move, speed) => Promise.resolve(void moves.push(`${source} ${move} ${String(speed)}`)) } }
  }

  test('by who may look at it, and it is noted who did; a screen that goes away does not leave it turning', async () => {
    const { moves, provider } = turned()
    const given = await playing('open', { provider })
    expect((await given.ask(ptz, named, { move: 'left', speed: 0.2 })).status).toBe(204)
    expect((await given.ask(ptz, named, { move: 'stop' })).status).toBe(204)
    given.clock.advance(minuteMs)
    expect(moves).toEqual([`${camera} left 0.2`, `${camera} stop 0.5`])
    await given.ask(ptz, named, { move: 'in' })
    given.clock.advance(15 * secondMs)
    expect(moves.slice(2)).toEqual([`${camera} in 0.5`, `${camera} stop 0`])
    expect(given.moves).toEqual([`值班员甲: ${camera} left`, `值班员甲: ${camera} stop`, `值班员甲: ${camera} in`])
    expect(given.viewings.map(({ phase }) => phase)).toEqual(['began'])
  })

  test('not without a reason where it is sensitive, not by what is no move, and not where it cannot be', async () => {
    const { moves, provider } = turned()
    const sensitive = await playing('sensitive', { provider })
    expect(await told(await sensitive.ask(ptz, named, { move: 'left' }))).toBe('403 no-permission reason')
    expect((await sensitive.ask(ptz, named, { move: 'jump' })).status).toBe(400)
    expect((await sensitive.ask(ptz, named, { move: 'left', speed: 9 })).status).toBe(400)
    await sensitive.close()
    const fixed = await playing('open', { provider, item: {} })
    expect(await told(await fixed.ask(ptz, named, { move: 'left' }))).toBe('403 no-permission')
    expect(moves).toEqual([])
  })
})

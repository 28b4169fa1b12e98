import { describe, expect, test } from 'vitest'
import type { CameraMemory } from '../../client/src/video/camera-memory.ts'
import { nothingSeen } from '../../client/src/video/picture-judge.ts'
import { Player } from '../../client/src/video/player.ts'
import type { PlayerError } from '../../client/src/video/policy.ts'
import type { Quality } from '../../client/src/video/quality.ts'
import type { StreamReports } from '../../client/src/video/stream.ts'
import type { TileState } from '../../client/src/video/tile-state.ts'
import { ManualClock } from '../support/manual-clock.ts'

const second = 1_000
const minute = 60 * second

/** What a camera does: whether frames come, whether they show anything new, and how its playlist ends. */
interface Camera {
  isSending: boolean
  isFrozen: boolean
  isBlack: boolean
  /** a player that is built now is refused with this */
  refusal: Partial<PlayerError> | undefined
  /** the last segment's number; undefined: one more each two seconds */
  standsAt: number | undefined
}

interface Setting {
  readonly wanted?: 'main' | 'sub'
  readonly isDecodable?: boolean
  readonly memory?: CameraMemory
}

const freshMemory = (): CameraMemory => ({ picture: nothingSeen, stood: undefined })

/** A player over a camera that the test directs, on a clock that the test moves. */
function setUp({ wanted = 'sub', isDecodable = true, memory = freshMemory() }: Setting = {}) {
  const clock = new ManualClock(0)
  const camera: Camera = { isSending: true, isFrozen: false, isBlack: false, refusal: undefined, standsAt: undefined }
  const opened: { readonly quality: Quality; readonly reports: StreamReports; isClosed: boolean }[] = []
  const counts = { kept: 0, bridged: 0, recovered: 0, cleared: 0 }
  const states: TileState[] = []
  let decoded = 0
  let dropped = 0
  const end = () => ({ number: camera.standsAt ?? Math.floor(clock.now() / (2 * second)), at: undefined, segmentMs: 2 * second })
  const player = new Player({
    face: {
      frames: () => ({ decoded, dropped }),
      hasBuffered: () => decoded > 0,
      sample: () =>
        Uint8Array.from({ length: 100 }, (_, point) => (camera.isBlack ? 4 : camera.isFrozen ? point : (point + clock.now() / second) * 7)),
      play: () => undefined,
      clear: () => counts.cleared++,
    },
    open: (quality, reports) => {
      const stream = { quality, reports, isClosed: false }
      opened.push(stream)
      decoded = 0
      dropped = 0
      return {
        takenAt: undefined,
        recover: () => counts.recovered++,
        close: () => {
          stream.isClosed = true
        },
      }
    },
    wanted,
    isDecodable,
    memory,
    timers: clock,
    chance: () => 0.5,
    now: () => clock.now(),
    onState: (state) => states.push(state),
    keepPicture: () => counts.kept++,
    bridge: () => counts.bridged++,
  })
  const fail = (given: Partial<PlayerError>): void => {
    opened.at(-1)?.reports.error({
      type: 'networkError',
      details: 'levelLoadError',
      fatal: true,
      status: undefined,
      body: undefined,
      codec: undefined,
      ...given,
    })
  }
  return {
    player,
    camera,
    clock,
    opened,
    counts,
    states,
    fail,
    word: () => states.at(-1)?.word,
    open: () => opened.filter(({ isClosed }) => !isClosed).length,
    drop: (frames: number) => (dropped += frames),
    /** Lets so many seconds go by, as the camera does. */
    pass: (seconds: number): void => {
      for (let passed = 0; passed < seconds; passed++) {
        const stream = opened.at(-1)
        if (stream?.isClosed === false && camera.refusal !== undefined) fail(camera.refusal)
        else if (stream?.isClosed === false) stream.reports.playlist(end())
        if (opened.at(-1)?.isClosed === false && camera.isSending) decoded += 15
        clock.advance(second)
      }
    },
  }
}

const down = { status: 503, body: '{"state":"platform-down","detail":"x"}' }

describe('a player', () => {
  test('rebuilds for an hour while the platform is down, about every five seconds, and plays again within ten of its return', () => {
    const { camera, pass, opened, open, word } = setUp()
    pass(10)
    expect(word()).toBe('playing')
    camera.refusal = down
    camera.isSending = false
    pass(3_600)
    expect(word()).toBe('platform-down')
    expect(opened.length).toBeGreaterThan(500)
    expect(opened.length).toBeLessThan(900)
    camera.refusal = undefined
    camera.isSending = true
    pass(10)
    expect(word()).toBe('playing')
    expect(open()).toBe(1)
  })

  test('never has more than one stream open over two hundred rebuilds, and none nor a timer when it is closed', () => {
    const { player, fail, pass, opened, open, counts, clock } = setUp()
    while (opened.length < 200) {
      pass(3)
      fail({})
      pass(2)
      expect(open()).toBeLessThanOrEqual(1)
    }
    player.close()
    expect(open()).toBe(0)
    expect(counts.cleared).toBe(1)
    clock.advance(60 * minute)
    expect(opened.length).toBeLessThanOrEqual(201)
    expect(open()).toBe(0)
  })

  test('says that a picture stands after five seconds, since when, and is built anew after twelve', () => {
    const { camera, pass, states, word, opened } = setUp()
    pass(10)
    camera.isSending = false
    pass(5)
    expect([word(), states.at(-1)?.since]).toEqual(['frozen', 10 * second])
    expect(opened).toHaveLength(1)
    camera.isSending = true
    pass(15)
    expect(word()).toBe('playing')
  })

  test('does not show the end of a playlist that has stopped again and again as if it were live', () => {
    const { camera, pass, states, word } = setUp()
    pass(10)
    camera.standsAt = 5
    pass(6)
    camera.isSending = false
    pass(14)
    expect(word()).toBe('frozen')
    // each new player could play the last segments once more
    camera.isSending = true
    const before = states.length
    pass(10 * 60)
    expect(states.slice(before).filter((state) => state.word === 'playing')).toEqual([])
    camera.standsAt = undefined
    pass(10)
    expect(word()).toBe('playing')
  })

  test('knows a playlist that has stopped when the camera comes round again', () => {
    const memory = freshMemory()
    memory.stood = { at: { number: 5, at: undefined, segmentMs: 2 * second }, since: -minute }
    const { camera, pass, states, word } = setUp({ memory })
    camera.standsAt = 5
    pass(30)
    expect([word(), states.at(-1)?.since, states.some((state) => state.word === 'playing')]).toEqual(['frozen', -minute, false])
  })

  test('recovers its decoder once, and is built anew the second time', () => {
    const { pass, fail, counts, opened } = setUp()
    pass(5)
    const stumble = { type: 'mediaError', details: 'bufferAppendError' }
    fail(stumble)
    pass(5)
    expect([counts.recovered, opened.length]).toEqual([1, 1])
    fail(stumble)
    pass(5)
    expect([counts.recovered, opened.length]).toEqual([1, 2])
  })

  test('heeds nothing that a closed stream still reports', () => {
    const { pass, fail, opened, word } = setUp()
    pass(5)
    fail({})
    pass(3)
    opened[0]?.reports.error({ type: 'networkError', details: 'x', fatal: true, status: 403, body: undefined, codec: undefined })
    pass(2)
    expect(word()).toBe('playing')
    expect(opened).toHaveLength(2)
  })
})

describe('a player judges the picture', () => {
  test('frozen: says so after half a minute, is built anew ever more seldom, and plays on with the first other picture', () => {
    const { camera, pass, word, opened, states, counts } = setUp()
    pass(20)
    camera.isFrozen = true
    pass(29)
    expect(word()).toBe('playing')
    pass(2)
    expect([word(), states.at(-1)?.since]).toEqual(['frozen', 21 * second])
    const kept = counts.kept
    pass(60 * 60)
    expect(word()).toBe('frozen')
    expect(opened.length).toBeGreaterThan(6)
    expect(opened.length).toBeLessThan(14)
    expect(counts.kept).toBe(kept)
    camera.isFrozen = false
    pass(15)
    expect(word()).toBe('playing')
  })

  test('black: says so after ten seconds, goes on looking, and never keeps it as the last good one', () => {
    const { camera, pass, word, opened, counts } = setUp()
    pass(20)
    camera.isBlack = true
    const kept = counts.kept
    pass(60 * 60)
    expect(word()).toBe('black')
    expect(opened).toHaveLength(1)
    expect(counts.kept).toBe(kept)
    camera.isBlack = false
    pass(2)
    expect(word()).toBe('playing')
  })
})

describe('a player of a large tile', () => {
  test('falls to the sub stream when it is stuck, over its last picture, and climbs back after a calm while', () => {
    const { camera, pass, opened, counts, word } = setUp({ wanted: 'main' })
    pass(10)
    camera.isSending = false
    pass(13)
    camera.isSending = true
    pass(5)
    expect(opened.map(({ quality }) => quality)).toEqual(['main', 'sub'])
    pass(125)
    expect(opened.map(({ quality }) => quality)).toEqual(['main', 'sub', 'main'])
    expect(counts.bridged).toBe(1)
    expect(word()).toBe('playing')
  })

  test('never stops playing while it changes from one to the other', () => {
    const { pass, fail, player, states, counts, opened } = setUp({ wanted: 'main' })
    pass(10)
    for (let stall = 0; stall < 3; stall++) fail({ type: 'mediaError', details: 'bufferStalledError', fatal: false })
    pass(5)
    player.want('sub')
    pass(130)
    player.want('main')
    pass(5)
    expect(opened.map(({ quality }) => quality)).toEqual(['main', 'sub', 'main'])
    expect(counts.bridged).toBe(2)
    expect(states.map(({ word }) => word)).toEqual(states.map(() => 'playing'))
  })

  test('falls when frames are dropped, when there is no room, and when the main stream cannot be decoded', () => {
    const dropping = setUp({ wanted: 'main' })
    for (let spell = 0; spell < 3; spell++) {
      dropping.pass(10)
      dropping.drop(60)
    }
    dropping.pass(2)
    expect(dropping.opened.map(({ quality }) => quality)).toEqual(['main', 'sub'])

    for (const refusal of [
      { status: 503, body: '{"state":"busy","detail":"x"}' },
      { type: 'mediaError', details: 'manifestIncompatibleCodecsError', codec: 'hvc1.1' },
    ]) {
      const { fail, pass, opened, word } = setUp({ wanted: 'main' })
      fail(refusal)
      pass(3)
      expect(opened.map(({ quality }) => quality)).toEqual(['main', 'sub'])
      expect(word()).toBe('playing')
    }
  })

  test('on the sub stream too: says what cannot be decoded, and tries again each half minute', () => {
    const { camera, pass, opened, states } = setUp()
    camera.refusal = { type: 'mediaError', details: 'bufferAddCodecError', codec: 'hvc1.1.6.L93.B0' }
    camera.isSending = false
    pass(10 * 60)
    expect(states.at(-1)).toMatchObject({ word: 'unsupported', trouble: { codec: 'H.265' } })
    expect(opened.length).toBeLessThan(23)
    expect(opened.map(({ quality }) => quality).filter((quality) => quality === 'sub')).toHaveLength(1)
  })

  test('on the sub stream too, and the server codes it anew: connecting at once, then playing, and it stays with that', () => {
    const { camera, pass, opened, states, word } = setUp()
    camera.refusal = { type: 'mediaError', details: 'bufferAddCodecError', codec: 'hvc1.1.6.L93.B0' }
    camera.isSending = false
    pass(1)
    expect(opened.map(({ quality }) => quality)).toEqual(['sub', 'anew'])
    expect(states.at(-1)).toMatchObject({ word: 'connecting', trouble: undefined, isAnew: true })
    camera.refusal = undefined
    camera.isSending = true
    pass(20 * 60)
    expect(word()).toBe('playing')
    expect(opened).toHaveLength(2)
  })

  test('as is known beforehand: it is asked for coded anew from the beginning', () => {
    const { pass, opened, states } = setUp({ wanted: 'main', isDecodable: false })
    pass(5)
    expect(opened.map(({ quality }) => quality)).toEqual(['anew'])
    expect(states.at(-1)).toMatchObject({ word: 'playing', isAnew: true })
  })
})

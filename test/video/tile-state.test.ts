import { describe, expect, test } from 'vitest'
import { en } from '../../client/src/i18n/en.ts'
import { zh } from '../../client/src/i18n/zh.ts'
import { DecoderBudget } from '../../client/src/video/decoder-budget.ts'
import { decide, pauseBefore } from '../../client/src/video/policy.ts'
import type { PlayerError } from '../../client/src/video/policy.ts'
import { freshTile, nextTile, wordOfTrouble } from '../../client/src/video/tile-state.ts'
import type { TileEvent, TileState } from '../../client/src/video/tile-state.ts'
import { videoTroubles } from '../../contract/video.ts'

/** Runs events one second apart, beginning at 0; answers the word and its beginning after each. */
function words(events: readonly TileEvent[]): readonly string[] {
  let state: TileState = freshTile(0)
  return events.map((event, index) => {
    state = nextTile(state, event, (index + 1) * 1_000)
    return `${state.word} ${String(state.since / 1_000)}`
  })
}

const moving = { type: 'moving' } as const
const still = { type: 'still' } as const
const closed = { type: 'closed' } as const
const trouble = (what: TileState['trouble']): TileEvent => ({ type: 'trouble', trouble: what })

describe('a tile', () => {
  test('plays as soon as frames move, and keeps saying since when', () => {
    expect(words([moving, moving, moving])).toEqual(['playing 1', 'playing 1', 'playing 1'])
  })

  test('freezes when frames stop without a known reason, and moves on', () => {
    expect(words([moving, still, still, closed, moving])).toEqual(['playing 1', 'frozen 2', 'frozen 2', 'frozen 2', 'playing 5'])
  })

  test('a trouble is not said while the picture still moves, and is forgotten when it moves on', () => {
    expect(words([moving, trouble('platform-down'), moving, still])).toEqual(['playing 1', 'playing 1', 'playing 1', 'frozen 4'])
    expect(words([moving, trouble('platform-down'), closed, trouble('no-stream'), moving])).toEqual([
      'playing 1',
      'playing 1',
      'platform-down 3',
      'no-stream 4',
      'playing 5',
    ])
  })

  test('before its first picture it is connecting, or says why there is none', () => {
    expect(words([closed, trouble('offline'), closed, trouble('offline')])).toEqual(['connecting 0', 'offline 2', 'offline 2', 'offline 2'])
  })

  test('every refusal of the server has its word, in both languages', () => {
    for (const refusal of videoTroubles) {
      const word = wordOfTrouble[refusal]
      expect(zh.video.state[word]).toMatch(/[\u4e00-\u9fff]/)
      expect(en.video.state[word]).toMatch(/^[A-Z]/)
    }
  })
})

const error = (given: Partial<PlayerError>): PlayerError => ({
  type: 'networkError',
  details: 'levelLoadError',
  fatal: true,
  status: undefined,
  body: undefined,
  ...given,
})
const refused = (state: string, status = 503): Partial<PlayerError> => ({ status, body: JSON.stringify({ state, detail: 'x' }) })

describe('the policy', () => {
  test.each([
    ['hls.js will try again by itself', error({ fatal: false, status: 503 }), 'note', undefined],
    ['the server says why, on the way', error({ fatal: false, ...refused('platform-down') }), 'note', 'platform-down'],
    ['the server says why, and hls.js gave up', error(refused('busy')), 'rebuild', 'waiting'],
    ['the camera is off', error({ details: 'manifestLoadError', ...refused('offline', 404) }), 'rebuild', 'offline'],
    ['no permission, by the status alone', error({ status: 403 }), 'rebuild', 'no-permission'],
    ['an address that has ended', error({ details: 'fragLoadError', status: 404 }), 'rebuild', 'no-stream'],
    ['our own server is gone: its silence is the screen’s to tell', error({ status: 0 }), 'rebuild', undefined],
    ['half an answer', error({ status: 502, body: '{"sta' }), 'rebuild', undefined],
    ['an answer that is not ours', error({ status: 503, body: '{"state":"on fire"}' }), 'rebuild', undefined],
    ['a playlist that cannot be read', error({ details: 'manifestParsingError' }), 'rebuild', undefined],
    ['a decoder that stumbles', error({ type: 'mediaError', details: 'bufferAppendError' }), 'recover', undefined],
    ['a decoder that stumbles and goes on', error({ type: 'mediaError', details: 'bufferStalledError', fatal: false }), 'note', undefined],
    ['H.265 where only H.264 plays', error({ type: 'mediaError', details: 'manifestIncompatibleCodecsError' }), 'rest', 'unsupported'],
    ['an error that nobody has heard of', error({ type: 'otherError', details: 'newlyInvented' }), 'rebuild', undefined],
  ])('%s', (_name, given, remedy, said) => {
    expect(decide(given)).toEqual({ remedy, trouble: said })
  })

  test('pauses double up to 5 s, are jittered by a quarter, and never end', () => {
    expect([0, 1, 2, 3, 4, 1_000].map((failures) => pauseBefore('rebuild', failures, 0.5))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
    expect([pauseBefore('rebuild', 3, 0), pauseBefore('rebuild', 3, 1)]).toEqual([3_750, 6_250])
    expect(pauseBefore('rest', 0, 0.5)).toBe(60_000)
  })
})

describe('the decoder budget', () => {
  test('lets the first ones start, and the next when one leaves, in order', () => {
    const budget = new DecoderBudget(2)
    const started: string[] = []
    const [leaveA, , leaveC] = ['a', 'b', 'c', 'd', 'e'].map((name) => budget.take(() => started.push(name)))
    expect(started).toEqual(['a', 'b'])
    leaveC?.()
    leaveA?.()
    leaveA?.()
    expect(started).toEqual(['a', 'b', 'd'])
  })

  test('one that started late gives its room back as well', () => {
    const budget = new DecoderBudget(1)
    const started: string[] = []
    const leaves = ['a', 'b', 'c'].map((name) => budget.take(() => started.push(name)))
    leaves[0]?.()
    leaves[1]?.()
    expect(started).toEqual(['a', 'b', 'c'])
  })
})

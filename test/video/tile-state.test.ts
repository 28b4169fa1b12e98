import { describe, expect, test, vi } from 'vitest'
import { en } from '../../client/src/i18n/en.ts'
import { zh } from '../../client/src/i18n/zh.ts'
import { typeSizes } from '../../client/src/screen/wall-profile.ts'
import { canDecode, codecName } from '../../client/src/video/codecs.ts'
import { DecoderBudget } from '../../client/src/video/decoder-budget.ts'
import { decide, isDropping, pauseBefore, renewAfterMs } from '../../client/src/video/policy.ts'
import type { Decision, PlayerError } from '../../client/src/video/policy.ts'
import { freshTile, nextTile, wordOfTrouble } from '../../client/src/video/tile-state.ts'
import type { TileEvent, TileState, TileWord, Trouble } from '../../client/src/video/tile-state.ts'
import { fitSpeech } from '../../client/src/video/tile-words.ts'
import type { TileSpeech } from '../../client/src/video/tile-words.ts'
import { textWidthEm } from '../../client/src/ui/text-width.ts'
import { videoTroubles } from '../../contract/video.ts'

/** Runs events one second apart, beginning at 0; answers the word and its beginning after each. */
function words(events: readonly TileEvent[]): readonly string[] {
  let state: TileState = freshTile(0)
  return events.map((event, index) => {
    state = nextTile(state, event, (index + 1) * 1_000)
    return `${state.word} ${String(state.since / 1_000)}`
  })
}

const only = (word: Trouble['word']): Trouble => ({ word, codec: undefined, needs: undefined })
const moving: TileEvent = { type: 'moving', verdict: 'live', since: 0 }
const showing = (verdict: 'frozen' | 'black', since: number): TileEvent => ({ type: 'moving', verdict, since: since * 1_000 })
const still = (since: number): TileEvent => ({ type: 'still', since: since * 1_000 })
const closed: TileEvent = { type: 'closed' }
const switched: TileEvent = { type: 'switched', isAnew: false }
const anew: TileEvent = { type: 'switched', isAnew: true }
const trouble = (word: Trouble['word']): TileEvent => ({ type: 'trouble', trouble: only(word) })

describe('a tile', () => {
  test('plays as soon as frames move, and keeps saying since when', () => {
    expect(words([moving, moving, moving])).toEqual(['playing 1', 'playing 1', 'playing 1'])
  })

  test('freezes when frames stop without a known reason, says when they did, and moves on', () => {
    expect(words([moving, still(1), still(1), closed, moving])).toEqual(['playing 1', 'frozen 1', 'frozen 1', 'frozen 1', 'playing 5'])
  })

  test('is frozen or black when the frames that arrive show so, until they show something, and while it is built anew', () => {
    expect(words([moving, showing('frozen', -28), closed, showing('frozen', -28), moving])).toEqual([
      'playing 1',
      'frozen -28',
      'frozen -28',
      'frozen -28',
      'playing 5',
    ])
    expect(words([moving, showing('black', 0), closed, moving])).toEqual(['playing 1', 'black 0', 'black 0', 'playing 4'])
  })

  test('a trouble is not said while the picture still moves, and is forgotten when it moves on', () => {
    expect(words([moving, trouble('platform-down'), moving, still(3)])).toEqual(['playing 1', 'playing 1', 'playing 1', 'frozen 3'])
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

  test('goes on playing while its stream changes for another quality, over its last picture, and freezes if nothing comes of it', () => {
    const state = nextTile(nextTile(freshTile(0), moving, 0), switched, 1)
    expect([state.word, state.isBridged]).toEqual(['playing', true])
    expect(nextTile(state, moving, 2).isBridged).toBe(false)
    expect(nextTile(state, still(1), 2)).toMatchObject({ word: 'frozen', isBridged: false })
    expect(nextTile(freshTile(0), switched, 1).isBridged).toBe(false)
  })

  test('that this browser cannot decode is connecting again once it is asked for coded anew, and unsupported when that does not help', () => {
    expect(words([trouble('unsupported'), anew, trouble('unsupported')])).toEqual(['unsupported 1', 'connecting 2', 'unsupported 3'])
    expect(nextTile(freshTile(0), anew, 1).isAnew).toBe(true)
    expect(nextTile(freshTile(0, true), moving, 1)).toMatchObject({ word: 'playing', isAnew: true })
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
  codec: undefined,
  ...given,
})
const refused = (state: string, status = 503): Partial<PlayerError> => ({ status, body: JSON.stringify({ state, detail: 'x' }) })
const incompatible: Partial<PlayerError> = { type: 'mediaError', details: 'manifestIncompatibleCodecsError' }

describe('the policy', () => {
  test.each<[string, PlayerError, Decision]>([
    ['hls.js will try again by itself', error({ fatal: false, status: 503 }), { remedy: 'note', trouble: undefined, strain: undefined }],
    [
      'the server says why, on the way',
      error({ fatal: false, ...refused('platform-down') }),
      { remedy: 'note', trouble: only('platform-down'), strain: undefined },
    ],
    ['too many streams, and hls.js gave up', error(refused('busy')), { remedy: 'rebuild', trouble: only('waiting'), strain: 'busy' }],
    [
      'the camera is off',
      error({ details: 'manifestLoadError', ...refused('offline', 404) }),
      { remedy: 'rebuild', trouble: only('offline'), strain: undefined },
    ],
    ['no permission, by the status alone', error({ status: 403 }), { remedy: 'rest', trouble: only('no-permission'), strain: undefined }],
    [
      'no permission, and what would be needed',
      error({ status: 403, body: '{"state":"no-permission","detail":"x","needs":"reason"}' }),
      { remedy: 'rest', trouble: { ...only('no-permission'), needs: 'reason' }, strain: undefined },
    ],
    [
      'an address that has ended',
      error({ details: 'fragLoadError', status: 404 }),
      { remedy: 'rebuild', trouble: only('no-stream'), strain: undefined },
    ],
    [
      'our own server is gone: its silence is the screen’s to tell',
      error({ status: 0 }),
      { remedy: 'rebuild', trouble: undefined, strain: undefined },
    ],
    ['half an answer', error({ status: 502, body: '{"sta' }), { remedy: 'rebuild', trouble: undefined, strain: undefined }],
    ['an answer that is not ours', error({ status: 503, body: '{"state":"on fire"}' }), { remedy: 'rebuild', trouble: undefined, strain: undefined }],
    [
      'a playlist that cannot be read',
      error({ details: 'manifestParsingError' }),
      { remedy: 'rebuild', trouble: only('no-stream'), strain: undefined },
    ],
    ['a playlist with nothing in it', error({ details: 'levelEmptyError' }), { remedy: 'rebuild', trouble: only('no-stream'), strain: undefined }],
    [
      'a decoder that stumbles',
      error({ type: 'mediaError', details: 'bufferAppendError' }),
      { remedy: 'recover', trouble: undefined, strain: undefined },
    ],
    [
      'a decoder that stumbles and goes on',
      error({ type: 'mediaError', details: 'bufferStalledError', fatal: false }),
      { remedy: 'note', trouble: undefined, strain: 'stalled' },
    ],
    [
      'H.265 where only H.264 plays',
      error({ ...incompatible, codec: 'hvc1.1.6.L93.B0' }),
      { remedy: 'rest', trouble: { ...only('unsupported'), codec: 'H.265' }, strain: 'unsupported' },
    ],
    ['a codec that is not named', error(incompatible), { remedy: 'rest', trouble: only('unsupported'), strain: 'unsupported' }],
    [
      'an error that nobody has heard of',
      error({ type: 'otherError', details: 'newlyInvented' }),
      { remedy: 'rebuild', trouble: undefined, strain: undefined },
    ],
  ])('%s', (_name, given, decision) => {
    expect(decide(given)).toEqual(decision)
  })

  test('pauses double up to 5 s, are jittered by a quarter, and never end', () => {
    expect([0, 1, 2, 3, 4, 1_000].map((failures) => pauseBefore('rebuild', failures, 0.5))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
    expect([pauseBefore('rebuild', 3, 0), pauseBefore('rebuild', 3, 1)]).toEqual([3_750, 6_250])
    expect(pauseBefore('rest', 0, 0.5)).toBe(30_000)
  })

  test('a frozen picture is asked for anew ever more seldom', () => {
    expect([0, 1, 2, 100].map((renewals) => renewAfterMs(renewals) / 1_000)).toEqual([30, 60, 120, 600])
  })

  test('frames are dropped when a fifth of enough of them are', () => {
    expect([isDropping(150, 30), isDropping(150, 31), isDropping(40, 40)]).toEqual([false, true, false])
  })
})

test('a codec that is named without its profile is asked for with the usual one, for alone no browser takes it', () => {
  const asked: string[] = []
  vi.stubGlobal('MediaSource', { isTypeSupported: (type: string) => asked.push(type) > 0 })
  expect([canDecode('hvc1'), canDecode('hvc1.2.4.L123.B0')]).toEqual([true, true])
  vi.unstubAllGlobals()
  expect(asked).toEqual(['video/mp4; codecs="hvc1.1.6.L93.B0"', 'video/mp4; codecs="hvc1.2.4.L123.B0"'])
})

test('codecs go by the names people know; where there are no media sources all may be tried', () => {
  expect(['hvc1.1.6.L93.B0', 'hev1.1.6.L93.B0', 'avc1.64001f', 'avs3.20'].map(codecName)).toEqual(['H.265', 'H.265', 'H.264', 'avs3'])
  expect(canDecode('hvc1.1.6.L93.B0')).toBe(true)
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

  test('lets the picture that everybody looks at go first, and can be made larger or smaller', () => {
    const budget = new DecoderBudget(1)
    const started: string[] = []
    const leaveA = budget.take(() => started.push('a'))
    budget.take(() => started.push('b'))
    budget.take(() => started.push('large'), true)
    leaveA()
    expect(started).toEqual(['a', 'large'])
    budget.resize(2)
    expect(started).toEqual(['a', 'large', 'b'])
    budget.resize(1)
    budget.take(() => started.push('c'))
    expect(started).toEqual(['a', 'large', 'b'])
  })
})

describe('what a tile says is fitted into it', () => {
  const hall = typeSizes(1.862)
  const frozen = { words: ['画面冻结'], doing: ['14:29 起 · 重建中 · 最后一帧 3分前', '14:29 起 · 重建中'] }
  const at = (widthPx: number, given: TileSpeech = frozen, heightPx = Math.floor((widthPx * 9) / 16)) => fitSpeech(given, { widthPx, heightPx }, hall)

  test('the age of the last picture goes first, then the second line', () => {
    expect(at(900)).toEqual({ word: '画面冻结', size: 'text', hasGlyph: true, doing: '14:29 起 · 重建中 · 最后一帧 3分前' })
    expect(at(440)).toEqual({ word: '画面冻结', size: 'text', hasGlyph: true, doing: '14:29 起 · 重建中' })
    expect(at(340)).toEqual({ word: '画面冻结', size: 'text', hasGlyph: true, doing: undefined })
    expect(at(900, frozen, 150).doing).toBeUndefined()
  })

  test('then the type falls to the label, never below, then the shape goes, then words', () => {
    const codec = { words: ['编码不支持 H.265', '不支持 H.265', '编码不支持'], doing: [] }
    expect([600, 430, 380, 340, 279].map((width) => at(width, codec))).toEqual([
      { word: '编码不支持 H.265', size: 'text', hasGlyph: true, doing: undefined },
      { word: '编码不支持 H.265', size: 'label', hasGlyph: true, doing: undefined },
      { word: '编码不支持 H.265', size: 'label', hasGlyph: false, doing: undefined },
      { word: '不支持 H.265', size: 'label', hasGlyph: true, doing: undefined },
      { word: '不支持 H.265', size: 'label', hasGlyph: false, doing: undefined },
    ])
  })

  test('every state fits the smallest tile, in both languages', () => {
    for (const { state, short } of [zh.video, en.video])
      for (const word of Object.keys(state) as TileWord[]) {
        const said = fitSpeech({ words: [state[word], short[word]], doing: [] }, { widthPx: 279, heightPx: 157 }, hall)
        expect(textWidthEm(said.word) * hall[said.size], said.word).toBeLessThanOrEqual(279)
      }
  })
})

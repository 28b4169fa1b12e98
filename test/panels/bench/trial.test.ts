// @vitest-environment jsdom
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import type { EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sample, TryAnswer } from '../../../contract/bench.ts'
import { benchApi } from '../../../client/src/desk/bench-api.ts'
import type { Answered } from '../../../client/src/desk/bench-api.ts'
import { useFeedFile } from '../../../client/src/desk/bench/use-feed-file.ts'
import { usePolled } from '../../../client/src/desk/bench/use-polled.ts'
import { useTrial } from '../../../client/src/desk/bench/use-trial.ts'
import { answerWith } from './stub-server.ts'

let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  localStorage.clear()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const nothing: TryAnswer = { problems: [], messages: [], count: 0, factCount: 0, refusalCount: 0 }
const wrong: TryAnswer = { ...nothing, problems: [{ path: 'zone', problem: 'not a zone' }] }

describe('a try', () => {
  /** what was asked, each with its answer to come */
  let asked: { readonly yaml: string; readonly signal: AbortSignal | undefined; readonly answer: (answered: Answered<TryAnswer>) => void }[]
  const attempt: typeof benchApi.attempt = (yaml, _sample, asking) => new Promise((answer) => asked.push({ yaml, signal: asking?.signal, answer }))
  const type = async (yaml: { value: string }, text: string): Promise<void> => {
    yaml.value = text
    await nextTick()
  }
  beforeEach(() => {
    asked = []
  })
  const begin = (first: string) => {
    const yaml = ref(first)
    const sample = shallowRef<Sample>()
    const trial = scope.run(() => useTrial(() => ({ yaml: yaml.value, sample: sample.value }), attempt))
    if (trial === undefined) throw new Error('the scope is active')
    return { yaml, sample, trial }
  }

  it('begins at once with what is there, and 400 ms after the last keystroke', async () => {
    const { yaml, trial } = begin('a')
    await vi.advanceTimersByTimeAsync(0)
    expect(asked.map((one) => one.yaml)).toEqual(['a'])
    asked[0]?.answer({ ok: true, value: nothing })
    await vi.advanceTimersByTimeAsync(0)
    expect([trial.state.value, trial.answer.value]).toEqual(['settled', nothing])
    await type(yaml, 'ab')
    await vi.advanceTimersByTimeAsync(300)
    await type(yaml, 'abc')
    await vi.advanceTimersByTimeAsync(399)
    expect([trial.state.value, asked.length]).toEqual(['typing', 1])
    await vi.advanceTimersByTimeAsync(1)
    expect([trial.state.value, asked.at(-1)?.yaml]).toEqual(['trying', 'abc'])
  })

  it('keeps the last good result while typing and while what is written is wrong, but never calls it the answer', async () => {
    const good = { ...nothing, count: 7 }
    const { yaml, trial } = begin('a')
    await vi.advanceTimersByTimeAsync(0)
    asked[0]?.answer({ ok: true, value: good })
    await vi.advanceTimersByTimeAsync(0)
    await type(yaml, 'b')
    expect([trial.good.value, trial.answer.value]).toEqual([good, undefined])
    await vi.advanceTimersByTimeAsync(400)
    asked[1]?.answer({ ok: true, value: wrong })
    await vi.advanceTimersByTimeAsync(0)
    expect([trial.good.value, trial.answer.value, trial.problems.value]).toEqual([good, wrong, wrong.problems])
  })

  it('drops an answer that was overtaken, and ends its question', async () => {
    const { yaml, trial } = begin('a')
    await vi.advanceTimersByTimeAsync(0)
    await type(yaml, 'b')
    expect(asked[0]?.signal?.aborted).toBe(true)
    asked[0]?.answer({ ok: true, value: { ...nothing, count: 1 } })
    await vi.advanceTimersByTimeAsync(400)
    expect(trial.answer.value).toBeUndefined()
    asked[1]?.answer({ ok: true, value: { ...nothing, count: 2 } })
    await vi.advanceTimersByTimeAsync(0)
    expect(trial.answer.value?.count).toBe(2)
  })

  it('tells what went wrong, keeps what was good, and tries again when told to', async () => {
    const { trial } = begin('a')
    await vi.advanceTimersByTimeAsync(0)
    asked[0]?.answer({ ok: false, failure: { kind: 'away', detail: '' } })
    await vi.advanceTimersByTimeAsync(0)
    expect([trial.failure.value, trial.state.value]).toEqual([{ kind: 'away', detail: '' }, 'settled'])
    trial.again()
    await vi.advanceTimersByTimeAsync(0)
    asked[1]?.answer({ ok: true, value: nothing })
    await vi.advanceTimersByTimeAsync(0)
    expect([trial.failure.value, trial.answer.value]).toEqual([undefined, nothing])
  })

  it('begins again with another sample, and asks nothing of an empty file', async () => {
    const { sample } = begin('a')
    await vi.advanceTimersByTimeAsync(0)
    sample.value = { body: '{}', encoding: 'text', origin: '' }
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(asked).toHaveLength(2)
    begin('  ')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked).toHaveLength(2)
  })
})

describe('a feed’s file in hand', () => {
  const live = { id: 'f', yaml: 'id: f\n', version: 5, versions: [] }
  const open = (id: string | undefined) => {
    const inHand = scope.run(() => useFeedFile(id, () => 1_000))
    if (inHand === undefined) throw new Error('the scope is active')
    return inHand
  }
  beforeEach(() => {
    answerWith({ 'GET /api/bench/feeds/f': live })
  })

  it('is the live version until something is typed, and that is kept in this browser', async () => {
    const inHand = open('f')
    await inHand.load()
    expect([inHand.yaml.value, inHand.isDirty.value, inHand.basedOn.value]).toEqual(['id: f\n', false, 5])
    inHand.yaml.value = 'id: f\nzone: UTC\n'
    await nextTick()
    scope.stop()
    scope = effectScope()
    const again = open('f')
    expect([again.yaml.value, again.restoredAt.value]).toEqual(['id: f\nzone: UTC\n', 1_000])
    await again.load()
    expect([again.yaml.value, again.isDirty.value, again.isBehind.value]).toEqual(['id: f\nzone: UTC\n', true, false])
  })

  it('can be given up, and taken back from that', async () => {
    const inHand = open('f')
    await inHand.load()
    inHand.yaml.value = 'mine'
    await nextTick()
    inHand.giveUp()
    await nextTick()
    expect([inHand.yaml.value, localStorage.length]).toEqual(['id: f\n', 0])
    inHand.takeBack()
    expect(inHand.yaml.value).toBe('mine')
  })

  it('says when somebody saved meanwhile, and stands on that version once told to', async () => {
    const inHand = open('f')
    await inHand.load()
    inHand.yaml.value = 'mine'
    await nextTick()
    answerWith({ 'GET /api/bench/feeds/f': { ...live, yaml: 'theirs', version: 6 } })
    await inHand.load()
    expect([inHand.yaml.value, inHand.isBehind.value, inHand.basedOn.value]).toEqual(['mine', true, 5])
    inHand.rebase()
    expect([inHand.isBehind.value, inHand.basedOn.value]).toEqual([false, 6])
  })

  it('keeps what was typed when the server is away', async () => {
    answerWith({})
    const inHand = open('f')
    inHand.yaml.value = 'mine'
    await nextTick()
    await inHand.load()
    expect([inHand.yaml.value, inHand.failure.value?.kind, inHand.file.value]).toEqual(['mine', 'away', undefined])
    scope.stop()
    scope = effectScope()
    expect(open('f').yaml.value).toBe('mine')
  })
})

describe('what is asked again and again', () => {
  it('keeps its last answer when the next fails, and ends with its page', async () => {
    const answers: Answered<number>[] = [
      { ok: true, value: 1 },
      { ok: false, failure: { kind: 'broken', detail: 'd' } },
      { ok: true, value: 2 },
    ]
    const ask = vi.fn(() => Promise.resolve(answers.shift() ?? { ok: true as const, value: 9 }))
    const polled = scope.run(() => usePolled(ask, 1_000))
    await vi.advanceTimersByTimeAsync(0)
    expect([polled?.value.value, polled?.failure.value]).toEqual([1, undefined])
    await vi.advanceTimersByTimeAsync(1_000)
    expect([polled?.value.value, polled?.failure.value]).toEqual([1, { kind: 'broken', detail: 'd' }])
    await vi.advanceTimersByTimeAsync(1_000)
    expect([polled?.value.value, polled?.failure.value]).toEqual([2, undefined])
    scope.stop()
    await vi.advanceTimersByTimeAsync(9_000)
    expect(ask).toHaveBeenCalledTimes(3)
  })
})

describe('the server’s answers', () => {
  it.each([
    [401, { detail: 'd' }, 'signed-out'],
    [403, { detail: 'd' }, 'not-allowed'],
    [404, { detail: 'd' }, 'refused'],
    [409, { detail: 'd' }, 'conflict'],
    [500, { detail: 'd' }, 'broken'],
    [507, { detail: 'd' }, 'broken'],
  ] as const)('of %d are told apart, in the server’s words', async (status, body, kind) => {
    answerWith({ 'POST /api/bench/save': { status, body } })
    expect(await benchApi.save({ yaml: '', basedOn: null })).toEqual({ ok: false, failure: { kind, detail: 'd' } })
  })
  it('without words are told by their number', async () => {
    answerWith({ 'GET /api/quarantine': { status: 502, body: '<html>' } })
    expect(await benchApi.quarantine()).toEqual({ ok: false, failure: { kind: 'broken', detail: 'HTTP 502' } })
  })
  it('that do not come are nobody there', async () => {
    answerWith({})
    expect(await benchApi.feeds()).toEqual({ ok: false, failure: { kind: 'away', detail: '' } })
  })
  it('are asked for with names that cannot break out of their place', async () => {
    const asked = answerWith({})
    await benchApi.feed('../a b')
    expect(asked[0]?.path).toBe('/api/bench/feeds/..%2Fa%20b')
  })
})

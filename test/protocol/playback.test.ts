import { beforeEach, describe, expect, test } from 'vitest'
import type { PlaybackStretch, StateAnswer } from '../../contract/playback.ts'
import type { SubdistrictSummary, TopicName } from '../../contract/topic.ts'
import type { TopicMap } from '../../client/src/live/picture.ts'
import { Playback } from '../../client/src/live/playback.ts'
import type { Course, PlaybackStatus, StretchAsked } from '../../client/src/live/playback.ts'
import { town } from '../support/fake-source.ts'
import { ManualClock } from '../support/manual-clock.ts'

const topic = 'subdistricts@620802'
const noon = Date.parse('2026-11-23T12:00:00+08:00')
const second = 1_000

/** A town whose count is the number of whole seconds since noon. */
const openAt = (at: number): number => Math.floor((at - noon) / second)

interface Asked {
  readonly what: 'state' | StretchAsked
  readonly at: number
}

let timers: ManualClock
let asked: Asked[]
let shown: number[]
let states: PlaybackStatus['state'][]
let playback: Playback
/** what the server does with the next question */
let refusal: string | undefined

const stateAt = (at: number): StateAnswer => ({ seq: openAt(at) + 1, at, topics: { [topic]: [town('a', openAt(at))] } })

function stretch({ from, until, stepMs }: StretchAsked): PlaybackStretch {
  const steps = []
  for (let at = from + stepMs; at <= until; at += stepMs) {
    if (openAt(at) !== openAt(at - stepMs)) steps.push({ seq: openAt(at) + 1, at, patches: { [topic]: { upsert: [town('a', openAt(at))] } } })
  }
  return { seq: openAt(until) + 1, until, steps }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve()
}
/** Our clock goes on, the server answering in between. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    timers.advance(Math.min(100, left))
    await settled()
  }
}
const value = (map: TopicMap | undefined): number | undefined => (map?.get('a') as SubdistrictSummary | undefined)?.open

beforeEach(async () => {
  timers = new ManualClock(0)
  asked = []
  shown = []
  states = []
  refusal = undefined
  const answered = <T>(what: Asked['what'], at: number, value: T): Promise<T> => {
    asked.push({ what, at })
    return refusal === undefined ? Promise.resolve(value) : Promise.reject(new Error(refusal))
  }
  playback = new Playback(noon, {
    port: {
      stateAt: (_topics, at) => answered('state', at, stateAt(at)),
      stretch: (question) => answered(question, question.from, stretch(question)),
    },
    timers,
    present: () => noon + 3_600 * second,
    onCommit: (changed: ReadonlyMap<TopicName, TopicMap>) => shown.push(value(changed.get(topic)) ?? -1),
    onStatus: ({ state }) => states.push(state),
  })
  playback.subscribe([topic])
  await settled()
})

describe('a screen of the past', () => {
  test('begins at rest with the state of its instant', async () => {
    expect(value(playback.held(topic))).toBe(0)
    await pass(5 * second)
    expect(playback.now()).toBe(noon)
    expect(playback.status.state).toBe('paused')
    expect(asked).toHaveLength(1)
  })

  test.each([1, 10, 60, 600] as const)('at %i× shows what was shown then, in its order, and waits for nobody', async (speed) => {
    playback.play(speed)
    await settled()
    await pass(4 * second)
    expect(playback.now()).toBe(noon + 4 * second * speed)
    expect(shown.at(-1)).toBe(openAt(playback.now() - (speed === 1 ? 0 : (playback.now() - noon) % (speed * 250))))
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
    expect(states).not.toContain('waiting')
  })

  test('asks on after the very entry it has got to, without a gap', async () => {
    playback.play(60)
    await settled()
    await pass(8 * second)
    const stretches = asked.flatMap(({ what }) => (what === 'state' ? [] : [what]))
    expect(stretches.length).toBeGreaterThan(1)
    for (const [index, { from, after }] of stretches.entries()) {
      expect(from).toBe(index === 0 ? noon : stretches[index - 1]?.until)
      expect(after).toBe(openAt(from) + 1)
    }
  })

  test('another speed goes on from the same instant', async () => {
    playback.play(60)
    await settled()
    await pass(second)
    const at = playback.now()
    playback.play(1)
    expect(playback.now()).toBe(at)
    await pass(second)
    expect(playback.now()).toBe(at + second)
    playback.pause()
    await pass(second)
    expect(playback.now()).toBe(at + second)
  })

  test('a jump shows the other instant, and plays on from there', async () => {
    playback.play(1)
    await settled()
    playback.jump(noon + 600 * second)
    await settled()
    expect(shown.at(-1)).toBe(600)
    await pass(2 * second)
    expect(shown.at(-1)).toBe(602)
    playback.jump(noon + 60 * second)
    await settled()
    expect(shown.at(-1)).toBe(60)
  })

  test('rests when it has come to the present, and is never ahead of it', async () => {
    playback.jump(noon + 3_590 * second)
    playback.play(10)
    await settled()
    await pass(10 * second)
    expect(playback.status.state).toBe('paused')
    expect(playback.now()).toBeLessThan(noon + 3_600 * second)
    playback.jump(noon + 9_999 * second)
    await settled()
    expect(playback.now()).toBeLessThan(noon + 3_600 * second)
  })

  test('a server that cannot tell is said, what is shown stays, and the next touch tries again', async () => {
    refusal = 'at: before the log begins'
    playback.jump(noon - 600 * second)
    await settled()
    expect(playback.status).toMatchObject({ state: 'failed', problem: 'at: before the log begins' })
    expect(value(playback.held(topic))).toBe(0)
    refusal = undefined
    playback.play(1)
    await settled()
    expect(playback.status.state).toBe('playing')
    expect(shown.at(-1)).toBe(-600)
  })

  test('a topic asked for later comes as it was at the instant that is shown', async () => {
    playback.play(1)
    await settled()
    await pass(5 * second)
    playback.subscribe(['feeds@620802'])
    await settled()
    expect(asked.at(-2)).toEqual({ what: 'state', at: noon + 5 * second })
  })

  test('what is closed asks for nothing more', async () => {
    playback.play(600)
    playback.close()
    const before = asked.length
    await pass(10 * second)
    expect(asked).toHaveLength(before)
  })
})

describe('a screen that follows a course', () => {
  const course = (given: Partial<Course> = {}): Course => ({ at: () => noon + timers.now() * 60, speed: () => 60, ...given })

  test('stands where the course stands, however late what was then has come', async () => {
    let answer: () => void = () => undefined
    const slow = new Playback(noon, {
      port: {
        stateAt: (_topics, at) => new Promise((resolve) => (answer = () => resolve(stateAt(at)))),
        stretch: (question) => Promise.resolve(stretch(question)),
      },
      timers,
      present: () => noon + 36_000 * second,
      onCommit: (changed) => shown.push(value(changed.get(topic)) ?? -1),
      onStatus: ({ state }) => states.push(state),
    })
    slow.subscribe([topic])
    slow.steer(course())
    await settled()
    await pass(2 * second)
    expect(slow.status.state).toBe('loading')
    answer()
    await settled()
    await pass(second)
    expect(slow.now()).toBe(noon + 3 * second * 60)
    expect(shown.at(-1)).toBe(180)
    slow.close()
  })

  test('rests where the course rests, at the very instant', async () => {
    playback.steer(course({ at: () => Math.min(noon + 90 * second, noon + timers.now() * 60), speed: () => (timers.now() < 1_500 ? 60 : 0) }))
    await settled()
    await pass(4 * second)
    expect([playback.now(), playback.status.state, shown.at(-1)]).toEqual([noon + 90 * second, 'paused', 90])
  })

  test('begins anew where the course has got to when it was left far behind, and keeps still after a failure until it is steered again', async () => {
    let isAsleep = false
    playback.steer(course({ at: () => noon + timers.now() * 60 + (isAsleep ? 3_000 * second : 0) }))
    await settled()
    await pass(second)
    isAsleep = true
    await pass(second)
    expect(shown.at(-1)).toBeGreaterThan(3_060)
    refusal = 'away'
    await pass(20 * second)
    const count = asked.length
    expect(playback.status).toMatchObject({ state: 'failed', problem: 'away' })
    await pass(20 * second)
    expect(asked).toHaveLength(count)
  })

  test('is left by whoever touches it, and goes on from there', async () => {
    playback.steer(course())
    await settled()
    await pass(second)
    playback.pause()
    const at = playback.now()
    await pass(5 * second)
    expect([playback.now(), playback.status.state]).toEqual([at, 'paused'])
    playback.play(1)
    await pass(second)
    expect(playback.now()).toBe(at + second)
  })
})

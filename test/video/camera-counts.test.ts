import { expect, test } from 'vitest'
import type { InputFact } from '../../contract/fact.ts'
import type { VideoSource } from '../../contract/video-source.ts'
import { countCameras, startCameraCounts } from '../../server/video/camera-counts.ts'
import { ManualClock } from '../support/manual-clock.ts'

type Counted = Pick<VideoSource, 'domain' | 'unit' | 'state' | 'probe'>
const camera = (given: Partial<Counted> = {}): Counted => ({
  domain: 'social-governance',
  unit: '公安分局',
  state: 'online',
  probe: undefined,
  ...given,
})
const look = (state: NonNullable<VideoSource['probe']>['state']): VideoSource['probe'] => ({ state, at: 1, since: 1 })

const cameras = [
  camera(),
  camera({ state: 'offline' }),
  camera({ probe: look('standing') }),
  camera({ probe: look('moving'), domain: 'culture-tourism', unit: '文旅局' }),
  camera({ unit: undefined, domain: 'urban-management' }),
]

test('cameras count by unit and all together; on line are those whose picture can be had', () => {
  expect(Object.fromEntries(countCameras(cameras, { count: 'all' }))).toEqual({ undefined: 5, 公安分局: 3, 文旅局: 1 })
  expect(Object.fromEntries(countCameras(cameras, { count: 'online' }))).toEqual({ undefined: 3, 公安分局: 1, 文旅局: 1 })
})

test('a unit all of whose cameras are dark has 0', () => {
  expect(countCameras([camera({ state: 'offline' })], { count: 'online' }).get('公安分局')).toBe(0)
})

test('of one domain', () => {
  expect(countCameras(cameras, { count: 'all', domains: ['culture-tourism'] }).get(undefined)).toBe(1)
})

function rig() {
  const clock = new ManualClock()
  const told: InputFact[] = []
  const state = { cameras: [] as readonly Counted[], isFull: false }
  startCameraCounts({
    clock,
    inputs: [
      { id: 'cameras', by: 'unit', cameras: { count: 'all' } },
      { id: 'cameras_online', by: 'district', cameras: { count: 'online' } },
      { id: 'people', by: 'district' },
    ],
    sources: () => state.cameras,
    record: (facts) => (state.isFull ? Promise.reject(new Error('full')) : Promise.resolve(void told.push(...facts))),
  })
  const pass = async (minutes: number): Promise<InputFact[]> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.advance(60_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return told.splice(0)
  }
  return { state, pass }
}

const brief = (facts: readonly InputFact[]): readonly string[] => facts.map(({ input, of, value }) => `${input} ${of ?? '-'} ${String(value)}`)

test('what changes is told within the minute, and all of it once an hour', async () => {
  const { state, pass } = rig()
  expect(await pass(3)).toEqual([])
  state.cameras = cameras
  expect(brief(await pass(2))).toEqual(['cameras 公安分局 3', 'cameras 文旅局 1', 'cameras_online - 3'])
  state.cameras = cameras.slice(1)
  expect(brief(await pass(2))).toEqual(['cameras 公安分局 2', 'cameras_online - 2'])
  expect(brief(await pass(60))).toEqual(['cameras 文旅局 1', 'cameras 公安分局 2', 'cameras_online - 2'])
})

test('what could not be recorded is told a minute later', async () => {
  const { state, pass } = rig()
  state.cameras = cameras
  state.isFull = true
  expect(await pass(1)).toEqual([])
  state.isFull = false
  expect(await pass(1)).toHaveLength(3)
})

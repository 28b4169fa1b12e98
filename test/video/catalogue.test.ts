import { expect, test } from 'vitest'
import type { VideoPlatform } from '../../contract/configuration.ts'
import type { VideoSourceFact } from '../../contract/video-fact.ts'
import { factSchema } from '../../contract/fact.ts'
import { CatalogueFollower } from '../../server/video/catalogue.ts'
import type { Catalogue, CatalogueItem } from '../../server/video/provider.ts'
import { ProviderError } from '../../server/video/provider.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { videoPlatform } from '../support/registry.ts'

const item = (given: Partial<CatalogueItem> = {}): CatalogueItem => ({
  id: 'a',
  name: '解放路十字',
  isOnline: true,
  regions: ['社会治理', 'r1'],
  place: [106.68, 35.54],
  heading: 90,
  ...given,
})

function rig(domains: VideoPlatform['domains'] = { 社会治理: 'social-governance', r2: 'urban-management' }, onlineBefore: readonly string[] = []) {
  const clock = new ManualClock(1_000)
  const state: { answer: Catalogue | Error; full: boolean } = { answer: { items: [item()], refused: [] }, full: false }
  const recorded: VideoSourceFact[] = []
  const heard: string[] = []
  const follower = new CatalogueFollower({
    platform: videoPlatform({ id: 'p', domains }),
    provider: {
      list: () => (state.answer instanceof Error ? Promise.reject(state.answer) : Promise.resolve(state.answer)),
      open: () => Promise.reject(new Error('not asked here')),
    },
    clock,
    record: (_platform, facts) => {
      if (state.full) return Promise.reject(new Error('disk full'))
      recorded.push(...facts)
      return Promise.resolve()
    },
    watch: {
      received: (id, { facts }) => heard.push(`${id} ${String(facts)}`),
      failed: (id, reason) => heard.push(`${id} failed: ${reason}`),
      refused: (id, items) => heard.push(`${id} refused: ${items.map(({ detail }) => detail).join()}`),
    },
    onlineBefore,
  })
  /** lets one period pass, and its poll finish */
  const period = async (): Promise<readonly VideoSourceFact[]> => {
    const before = recorded.length
    clock.advance(60_000)
    await follower.poll()
    return recorded.slice(before)
  }
  return { clock, state, recorded, heard, follower, period }
}

test('tells every camera once, in our vocabulary, then only what changed', async () => {
  const { state, recorded, follower, period } = rig()
  await follower.poll()
  expect(recorded).toEqual([
    {
      kind: 'video-source',
      id: 'a',
      at: 1_000,
      state: 'online',
      name: '解放路十字',
      domain: 'social-governance',
      place: [106.68, 35.54],
      heading: 90,
      sensitivity: 'open',
      isKey: false,
      canMove: false,
    },
  ])
  expect(recorded.every((fact) => factSchema.safeParse(fact).success)).toBe(true)
  expect(await period()).toEqual([])
  state.answer = { items: [item({ isOnline: false }), item({ id: 'b', regions: ['r2'], place: undefined, heading: undefined })], refused: [] }
  expect(await period()).toMatchObject([
    { id: 'a', state: 'offline', at: 121_000 },
    { id: 'b', domain: 'urban-management' },
  ])
  expect(follower.stateOf('a')).toBe('offline')
})

test('a camera that left the catalogue while the server was down is offline, once', async () => {
  const { recorded, follower, period } = rig(undefined, ['a', 'gone'])
  await follower.poll()
  expect(recorded).toMatchObject([
    { id: 'a', state: 'online' },
    { kind: 'video-source', id: 'gone', state: 'offline' },
  ])
  expect(recorded.every((fact) => factSchema.safeParse(fact).success)).toBe(true)
  expect(await period()).toEqual([])
})

test('a camera that leaves the catalogue is offline, once', async () => {
  const { state, follower, period } = rig()
  await follower.poll()
  state.answer = { items: [], refused: [] }
  expect(await period()).toMatchObject([{ id: 'a', state: 'offline', name: '解放路十字' }])
  expect(await period()).toEqual([])
})

test('cameras of regions that are not named are not ours', async () => {
  const { recorded, follower } = rig({ 别处: 'urban-management' })
  await follower.poll()
  expect(recorded).toEqual([])
  expect(follower.stateOf('a')).toBeUndefined()
})

test('while the platform is down cameras stay as they were, the watch is told why, and it heals by itself', async () => {
  const { state, heard, follower, period } = rig()
  expect(follower.state).toBe('waiting')
  await follower.poll()
  state.answer = new ProviderError('unreachable', 'the platform does not answer')
  expect(await period()).toEqual([])
  expect(follower.state).toBe('down')
  expect(follower.stateOf('a')).toBe('online')
  state.answer = { items: [item()], refused: [] }
  expect(await period()).toEqual([])
  expect(heard).toEqual(['p 1', 'p failed: the platform does not answer', 'p 1'])
})

test('what could not be recorded is told again at the next poll', async () => {
  const { state, recorded, follower, period } = rig()
  state.full = true
  await follower.poll()
  expect(recorded).toEqual([])
  expect(follower.stateOf('a')).toBeUndefined()
  state.full = false
  expect(await period()).toMatchObject([{ id: 'a' }])
})

test('unreadable entries are told once for each change of them', async () => {
  const { state, heard, follower, period } = rig()
  await follower.poll()
  state.answer = { items: [item()], refused: [{ detail: 'no code', raw: '{}' }] }
  await period()
  await period()
  expect(heard).toEqual(['p 1', 'p refused: no code', 'p 1', 'p 1'])
})

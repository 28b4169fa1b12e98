import { describe, expect, test } from 'vitest'
import { chooseCameras, countDomains, linesNeeded, tileBoxes } from '../../client/src/panels/video/model.ts'
import type { Choice } from '../../client/src/panels/video/model.ts'
import type { Incident, VideoSource } from '../../contract/topic.ts'

const camera = (id: string, given: Partial<VideoSource> = {}): VideoSource => ({
  id,
  name: id,
  domain: 'social-governance',
  state: 'online',
  since: 0,
  subdistrict: undefined,
  place: undefined,
  heading: undefined,
  code: undefined,
  unit: undefined,
  sensitivity: 'open',
  isKey: false,
  canMove: false,
  probe: undefined,
  feed: 'demo',
  ...given,
})

const incident = (place: Incident['place']): Incident => ({
  id: 'i',
  title: '甘沟路 污水井溢流',
  type: '排水',
  priority: 'urgent',
  stage: 'confirmed',
  unit: undefined,
  subdistrict: undefined,
  place,
  reportedAt: 0,
  closedAt: undefined,
  dueAt: undefined,
  clock: 'none',
  steps: [],
  feed: 'events',
})

/** Two of each domain: g1 g2 (governance), m1 m2 (management), t1 t2 (tourism). */
const six = [
  camera('g1'),
  camera('g2'),
  camera('m1', { domain: 'urban-management' }),
  camera('m2', { domain: 'urban-management' }),
  camera('t1', { domain: 'culture-tourism' }),
  camera('t2', { domain: 'culture-tourism' }),
]

const shown = (given: Partial<Choice>): string =>
  chooseCameras({ sources: six, incidents: [], count: 3, turn: 0, ...given })
    .map(({ source, isNear }) => source.id + (isNear ? '*' : ''))
    .join(' ')

describe('which cameras', () => {
  test('take turns domain by domain, each coming round', () => {
    expect([0, 1, 2].map((turn) => shown({ turn }))).toEqual(['g1 m1 t1', 'g2 m2 t2', 'g1 m1 t1'])
    expect([0, 1, 2].map((turn) => shown({ turn, count: 4 }))).toEqual(['g1 m1 t1 g2', 'm2 t2 g1 m1', 't1 g2 m2 t2'])
  })

  test('stay when there is room for all', () => {
    expect([0, 1].map((turn) => shown({ turn, count: 6 }))).toEqual(['g1 m1 t1 g2 m2 t2', 'g1 m1 t1 g2 m2 t2'])
  })

  test('one that goes off is stood in for by the next, and the others stay', () => {
    const sources = six.map((source) => (source.id === 'm1' ? { ...source, state: 'offline' as const } : source))
    expect([0, 1].map((turn) => shown({ sources, turn }))).toEqual(['g1 t1 g2', 'g2 m2 t2'])
  })

  test('the nearest to the most pressing event that has a place come first, and do not leave with the turn', () => {
    const sources = [
      ...six,
      camera('near', { place: [106.651, 35.535] }),
      camera('nearer', { place: [106.65, 35.535] }),
      camera('z-far', { place: [107.2, 35.5] }),
    ]
    const incidents = [incident(undefined), incident([106.6499, 35.535]), incident([107.2, 35.5])]
    expect([0, 1].map((turn) => shown({ sources, incidents, turn }))).toEqual(['nearer* g1 m1', 'nearer* t1 g2'])
    expect(shown({ sources, incidents, count: 6 })).toMatch(/^nearer\* near\* /)
  })

  test('no camera within 5 km, no nearest', () => {
    expect(shown({ sources: [camera('a', { place: [106.72, 35.535] })], incidents: [incident([106.65, 35.535])] })).toBe('a')
  })

  test('a camera near the event that is offline is not chosen for it', () => {
    const sources = [camera('z-dead', { place: [106.65, 35.535], state: 'offline' }), ...six]
    expect(shown({ sources, incidents: [incident([106.65, 35.535])] })).toBe('g1 m1 t1')
  })

  test('offline cameras only fill places that would be empty', () => {
    const sources = [camera('z-dead', { state: 'offline' }), camera('g1'), camera('m1', { domain: 'urban-management' })]
    expect(shown({ sources, count: 2 })).toBe('g1 m1')
    expect(shown({ sources, count: 4 })).toBe('g1 m1 z-dead')
  })

  test('no cameras, no tiles', () => {
    expect(shown({ sources: [] })).toBe('')
  })
})

test('domains are counted online and in all, in the plan’s order, without those that have no camera', () => {
  expect(countDomains([camera('a', { domain: 'culture-tourism' }), camera('b'), camera('c', { state: 'offline' })])).toEqual([
    { domain: 'social-governance', online: 1, total: 2 },
    { domain: 'culture-tourism', online: 1, total: 1 },
  ])
})

test('counts take as many lines as their widths need', () => {
  expect([[], [5], [5, 5], [5, 5, 5], [20, 5]].map((widths) => linesNeeded(widths, 12, 1))).toEqual([1, 1, 1, 2, 2])
})

describe('where tiles stand', () => {
  const room = { widthPx: 1_320, heightPx: 764, gapPx: 24, smallestTilePx: 280 }

  test('1+5: one of two by two cells and five around it', () => {
    const boxes = tileBoxes('1+5', room)
    expect(boxes).toHaveLength(6)
    expect(boxes[0]).toEqual({ left: 0, top: 0, width: 872, height: 500 })
    expect(boxes.slice(1).every(({ width, height }) => width === 424 && height === 238)).toBe(true)
    expect(boxes.slice(1).map(({ left, top }) => [left, top])).toEqual([
      [896, 0],
      [896, 262],
      [0, 524],
      [448, 524],
      [896, 524],
    ])
  })

  test.each([
    ['1+5', { smallestTilePx: 500 }, 4],
    ['1+5', { widthPx: 1_000, smallestTilePx: 600 }, 2],
    ['1+5', { smallestTilePx: 700 }, 1],
    ['3x2', {}, 6],
    ['3x2', { smallestTilePx: 430 }, 4],
    ['2x2', {}, 4],
    ['1x2', {}, 2],
    ['1x2', { widthPx: 200 }, 1],
  ] as const)('%s with %o shows %d tiles rather than smaller ones', (layout, given, count) => {
    expect(tileBoxes(layout, { ...room, ...given })).toHaveLength(count)
  })

  test('two tiles stand beside each other in a wide room, one above the other in a high one', () => {
    expect(tileBoxes('1x2', { ...room, widthPx: 1_400, heightPx: 400 }).map(({ left }) => left)).toEqual([0, 712])
    expect(tileBoxes('1x2', { ...room, widthPx: 600, heightPx: 900 }).map(({ left }) => left)).toEqual([0, 0])
  })

  test('no tile leaves its room, and each is 16:9 within 4 %', () => {
    for (const layout of ['1+5', '3x2', '2x2', '1x2'] as const) {
      for (const [widthPx, heightPx] of [
        [1_320, 764],
        [2_500, 1_300],
        [520, 1_200],
        [1_700, 620],
      ] as const) {
        for (const { left, top, width, height } of tileBoxes(layout, { ...room, widthPx, heightPx })) {
          expect(left + width).toBeLessThanOrEqual(widthPx)
          expect(top + height).toBeLessThanOrEqual(heightPx)
          expect(Math.abs(width / height / (16 / 9) - 1)).toBeLessThan(0.04)
        }
      }
    }
  })
})

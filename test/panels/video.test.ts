import { describe, expect, test } from 'vitest'
import { boxWithin, tileBoxes } from '../../client/src/panels/video/boxes.ts'
import { countDomains, linesNeeded, planTiles } from '../../client/src/panels/video/model.ts'
import type { Plan, Scene } from '../../client/src/panels/video/model.ts'
import type { Place } from '../../contract/fact-field.ts'
import { panels, videoLayouts } from '../../contract/panel.ts'
import type { VideoLayout } from '../../contract/panel.ts'
import type { VideoSource } from '../../contract/video-source.ts'

const camera = (id: string, given: Partial<VideoSource> = {}): VideoSource => ({
  id,
  name: id,
  domain: 'social-governance',
  state: 'online',
  since: -1_000_000,
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

/** Two of each domain: g1 g2 (governance), m1 m2 (management), t1 t2 (tourism). */
const six = [
  camera('g1'),
  camera('g2'),
  camera('m1', { domain: 'urban-management' }),
  camera('m2', { domain: 'urban-management' }),
  camera('t1', { domain: 'culture-tourism' }),
  camera('t2', { domain: 'culture-tourism' }),
]

/** Rooms in which a layout has exactly so many places. */
const places: Readonly<Record<number, VideoLayout>> = { 1: '1', 2: '1x2', 4: '2x2', 6: '3x2' }

interface Given extends Omit<Partial<Scene>, 'options'> {
  readonly count?: number
  /** dwells that have gone by */
  readonly turn?: number
  readonly options?: Partial<Scene['options']>
}

function plan({ count = 4, turn = 0, options = {}, ...given }: Given): Plan | undefined {
  return planTiles({
    sources: six,
    place: undefined,
    options: { layout: places[count] ?? '2x2', dwellSeconds: 20, rotation: 'mixed', saved: [], ...options },
    chosen: undefined,
    pulledUp: undefined,
    isGuest: false,
    room: { widthPx: 1_600, heightPx: 900, gapPx: 0, smallestTilePx: 10 },
    now: turn * 20_000,
    ...given,
  })
}

/** `id`, `id*` near the event, `id!` asked for; `id?` missing. */
function shown(given: Given): string {
  const { tiles = [], missing = [] } = plan(given) ?? {}
  const marks = { near: '*', 'pulled-up': '!', turn: '' }
  return [...tiles.map(({ source, reason }) => source.id + marks[reason]), ...missing.map(({ id }) => `${id}?`)].join(' ')
}
const turns = (count: number, given: Given): string[] => Array.from({ length: count }, (_, turn) => shown({ ...given, turn }))

describe('which cameras', () => {
  test('take turns domain by domain, each coming round', () => {
    expect(turns(3, { count: 4 })).toEqual(['g1 m1 t1 g2', 'm2 t2 g1 m1', 't1 g2 m2 t2'])
    expect(turns(4, { count: 2 })).toEqual(['g1 m1', 't1 g2', 'm2 t2', 'g1 m1'])
  })

  test('stay when there is room for all', () => {
    expect(turns(2, { count: 6 })).toEqual(['g1 m1 t1 g2 m2 t2', 'g1 m1 t1 g2 m2 t2'])
  })

  test('one that goes off is stood in for by the next, and the others stay', () => {
    const sources = six.map((source) => (source.id === 'm1' ? { ...source, state: 'offline' as const } : source))
    expect(turns(2, { sources, count: 4 })).toEqual(['g1 t1 g2 m2', 'm2 t2 g1 t1'])
  })

  test('one that comes and goes every few seconds stands behind the others until it has been there for half a minute', () => {
    const now = 0
    const since = (ms: number): readonly VideoSource[] => six.map((source) => (source.id === 'm1' ? { ...source, since: now - ms } : source))
    expect(shown({ sources: since(5_000), count: 4, now })).toBe('g1 t1 g2 m2')
    expect(shown({ sources: since(5_000), count: 6, now })).toBe('g1 t1 g2 m2 t2 m1')
    expect(shown({ sources: since(30_000), count: 4, now })).toBe('g1 m1 t1 g2')
    // after a start all are new
    expect(shown({ sources: six.map((source) => ({ ...source, since: now })), count: 4, now })).toBe('g1 m1 t1 g2')
  })

  test('the nearest to the place that the screen is turned to come first, and do not leave with the turn', () => {
    const sources = [
      ...six,
      camera('near', { place: [106.651, 35.535] }),
      camera('nearer', { place: [106.65, 35.535] }),
      camera('z-far', { place: [107.2, 35.5] }),
    ]
    const place: Place = [106.6499, 35.535]
    expect(turns(2, { sources, place })).toEqual(['nearer* g1 m1 t1', 'nearer* g2 m2 t2'])
    expect(shown({ sources, place, count: 6 })).toMatch(/^nearer\* near\* /)
  })

  test('one that faces the place comes before a nearer one that looks away', () => {
    const sources = [...six, camera('away', { place: [106.651, 35.535], heading: 90 }), camera('facing', { place: [106.66, 35.535], heading: 270 })]
    expect(shown({ sources, place: [106.65, 35.535], count: 6 })).toMatch(/^facing\* away\* /)
  })

  test('no camera within 5 km, no nearest', () => {
    expect(shown({ sources: [camera('a', { place: [106.72, 35.535] })], place: [106.65, 35.535] })).toBe('a')
  })

  test('a camera near the event that is offline is not chosen for it', () => {
    const sources = [camera('z-dead', { place: [106.65, 35.535], state: 'offline' }), ...six]
    expect(shown({ sources, place: [106.65, 35.535] })).toBe('g1 m1 t1 g2')
  })

  test('offline cameras only fill places that would be empty', () => {
    const sources = [camera('z-dead', { state: 'offline' }), camera('g1'), camera('m1', { domain: 'urban-management' })]
    expect(shown({ sources, count: 2 })).toBe('g1 m1')
    expect(shown({ sources, count: 4 })).toBe('g1 m1 z-dead')
  })

  test('no cameras, no tiles', () => {
    expect(shown({ sources: [] })).toBe('')
  })

  test('one that somebody asked for takes the first place, before those near an event, even when it is off', () => {
    const sources = [...six, camera('near', { place: [106.65, 35.535] })]
    expect(shown({ sources, place: [106.65, 35.535], pulledUp: 't2' })).toBe('t2! near* g1 m1')
    expect(shown({ sources: [camera('off', { state: 'offline' }), ...six], pulledUp: 'off' })).toBe('off! g1 m1 t1')
    expect(shown({ pulledUp: 'gone' })).toBe('g1 m1 t1 g2')
  })
})

describe('sensitive cameras', () => {
  const place: Place = [106.65, 35.535]
  const sources = [camera('s', { sensitivity: 'sensitive', place }), camera('i', { sensitivity: 'internal' }), camera('o')]
  test('are never shown by themselves: not in turn, not near an event, not in a set that takes turns', () => {
    const saved = [{ name: '要地', nameEn: 'Key', cameras: ['s', 'o'] }]
    expect(shown({ sources, place })).toBe('i o')
    expect(shown({ sources, options: { rotation: 'saved', saved } })).toBe('o')
  })

  test('are shown when somebody asks for them, or chooses a set that names them', () => {
    const saved = [{ name: '要地', nameEn: 'Key', cameras: ['s', 'o'] }]
    expect(shown({ sources, pulledUp: 's' })).toBe('s! i o')
    expect(shown({ sources, options: { saved }, chosen: '要地' })).toBe('s o')
  })

  test('guests see what is open to everybody, and are not told of anything else', () => {
    const saved = [{ name: '要地', nameEn: 'Key', cameras: ['s', 'i', 'o'] }]
    expect(shown({ sources, isGuest: true, pulledUp: 's', place })).toBe('o')
    expect(shown({ sources, isGuest: true, options: { saved }, chosen: '要地' })).toBe('o')
  })
})

describe('groups take turns', () => {
  test('domain by domain, page by page', () => {
    const sources = [...six, camera('g3'), camera('g4'), camera('g5')]
    expect(turns(5, { sources, options: { rotation: 'domain' } })).toEqual(['g1 g2 g3 g4', 'g5 g1 g2 g3', 'm1 m2', 't1 t2', 'g1 g2 g3 g4'])
    expect(plan({ sources, turn: 2, options: { rotation: 'domain' } })?.title).toEqual({ by: 'domain', domain: 'urban-management' })
  })

  test('unit by unit, those of none at the end; one with nothing to see is passed over', () => {
    const sources = [
      camera('a', { unit: 'u2' }),
      camera('b', { unit: 'u1' }),
      camera('c'),
      camera('d', { unit: 'u3', state: 'offline' }),
      camera('e', { unit: 'u1', state: 'offline' }),
    ]
    expect(turns(4, { sources, options: { rotation: 'unit' } })).toEqual(['b e', 'a', 'c', 'b e'])
  })

  const saved = [
    { name: '防汛', nameEn: 'Flood', layout: '1x2' as const, cameras: ['t2', 'g1', 'm1'], dwellSeconds: 40 },
    { name: '景区', nameEn: 'Sights', cameras: ['t1', 'no-such', 'CODE-1'] },
  ]
  const sources = [...six.slice(1), camera('g1', { code: 'CODE-1' })]

  test('sets, each with its own layout and dwell, by id or code; what no catalogue knows is told', () => {
    expect(turns(6, { sources, options: { rotation: 'saved', saved } })).toEqual(['t2 g1', 't2 g1', 'm1 t2', 'm1 t2', 't1 g1 no-such?', 't2 g1'])
  })

  test('a set that an operator has chosen stays, whatever happens elsewhere; one that is no more is as none', () => {
    const given: Given = { sources, options: { saved }, place: [106.65, 35.535] }
    expect(turns(5, { ...given, chosen: '防汛' })).toEqual(['t2 g1', 't2 g1', 'm1 t2', 'm1 t2', 'g1 m1'])
    expect(shown({ ...given, chosen: '从前' })).toBe('g1 m1 t1 g2')
  })

  test('a camera of a set keeps its place when it goes off', () => {
    const off = sources.map((source) => (source.id === 't1' ? { ...source, state: 'offline' as const } : source))
    expect(shown({ sources: off, options: { saved }, chosen: '景区' })).toBe('t1 g1 no-such?')
  })

  test('an id comes before another platform’s code: two may know the same camera', () => {
    const both = [camera('other', { code: 'g9' }), camera('g9')]
    const saved = [{ name: '一', nameEn: 'One', cameras: ['g9'] }]
    expect(shown({ sources: both, options: { saved }, chosen: '一' })).toBe('g9')
  })

  test('nothing is missing before the first catalogue has come', () => {
    expect(shown({ sources: [], options: { saved }, chosen: '景区' })).toBe('')
  })

  test('an event’s cameras lead a domain’s too', () => {
    const near = [...six, camera('near', { place: [106.65, 35.535], domain: 'culture-tourism' })]
    expect(shown({ sources: near, place: [106.65, 35.535], options: { rotation: 'domain' } })).toBe('near* g1 g2')
  })
})

describe('options', () => {
  const parse = (given: object): string[] => {
    const { error } = panels.video.options.safeParse({ layout: '1+5', ...given })
    return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
  }
  const set = { name: '防汛', nameEn: 'Flood', cameras: ['a'] }

  test('are filled in', () => {
    expect(panels.video.options.parse({ layout: '3x2' })).toEqual({
      layout: '3x2',
      dwellSeconds: 20,
      rotation: 'mixed',
      saved: [],
      decoders: 16,
      fullScreenSeconds: 120,
    })
  })

  test('that cannot be meant are refused with their place and the reason', () => {
    expect(parse({ saved: [set, set] })).toEqual(['saved: two sets have the same name'])
    expect(parse({ saved: [{ ...set, cameras: ['a', 'a'] }] })).toEqual(['saved.0.cameras: names a camera twice'])
    expect(parse({ saved: [{ ...set, cameras: [62080200001310000001] }] })[0]).toMatch(/^saved\.0\.cameras\.0: .*in quotes/)
    expect(parse({ rotation: 'saved' })[0]).toMatch(/^saved: .*at least/)
    expect(parse({ layout: '5x5' })[0]).toMatch(/^layout: /)
  })
})

test('domains are counted online and in all, in the plan’s order, without those that have no camera', () => {
  const looked = (state: 'moving' | 'standing'): Partial<VideoSource> => ({
    probe: { at: 0, since: 0, state, codec: undefined, kilobitsPerSecond: undefined, firstSegmentMs: undefined, clockOffsetMs: undefined },
  })
  const sources = [
    camera('a', { domain: 'culture-tourism', ...looked('moving') }),
    camera('b'),
    camera('c', { state: 'offline' }),
    // the catalogue has it online, and a look found a picture that stands: the indicator does not count it
    camera('d', looked('standing')),
  ]
  expect(countDomains(sources)).toEqual([
    { domain: 'social-governance', online: 1, total: 3 },
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
    expect(boxes[0]).toEqual({ left: 0, top: 0, width: 872, height: 500, isLarge: true })
    expect(boxes.slice(1).some(({ isLarge }) => isLarge)).toBe(false)
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
    ['1', {}, 1],
    ['1+7', {}, 8],
    ['1+7', { smallestTilePx: 330 }, 6],
    ['3x3', {}, 9],
    ['3x3', { smallestTilePx: 430 }, 4],
    ['4x4', {}, 16],
    ['4x4', { smallestTilePx: 330 }, 9],
  ] as const)('%s with %o shows %d tiles rather than smaller ones', (layout, given, count) => {
    expect(tileBoxes(layout, { ...room, ...given })).toHaveLength(count)
  })

  test('two tiles stand beside each other in a wide room, one above the other in a high one', () => {
    expect(tileBoxes('1x2', { ...room, widthPx: 1_400, heightPx: 400 }).map(({ left }) => left)).toEqual([0, 712])
    expect(tileBoxes('1x2', { ...room, widthPx: 600, heightPx: 900 }).map(({ left }) => left)).toEqual([0, 0])
  })

  test('no tile leaves its room, and each is 16:9 within 4 %', () => {
    for (const layout of videoLayouts) {
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

  test('1+7: one of three by three cells and seven around it, none over another', () => {
    const boxes = tileBoxes('1+7', room)
    expect(boxes[0]?.width).toBe(3 * 307 + 2 * 24)
    const overlaps = boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter((b) => a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height),
    )
    expect(overlaps).toEqual([])
  })

  test('3x2 becomes two columns of three in a high room', () => {
    expect(new Set(tileBoxes('3x2', { ...room, widthPx: 700, heightPx: 1_200 }).map(({ left }) => left)).size).toBe(2)
  })

  test('over the whole screen a picture is as large as 16:9 can be, in the middle', () => {
    expect(boxWithin({ left: -100, top: -50, width: 3_840, height: 1_936 })).toEqual({
      left: 100,
      top: -49,
      width: 3_441,
      height: 1_935,
      isLarge: true,
    })
    expect(boxWithin({ left: 0, top: 0, width: 1_000, height: 900 })).toMatchObject({ left: 0, top: 169, width: 1_000, height: 562 })
  })
})

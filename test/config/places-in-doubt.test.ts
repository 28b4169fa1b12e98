import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { District } from '../../contract/configuration.ts'
import type { Place } from '../../contract/fact-field.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import { openPlacesInDoubt } from '../../server/places-in-doubt.ts'

const mapDirectory = fileURLToPath(new URL('../../config/map', import.meta.url))
const district = (boundary: string): Pick<District, 'id' | 'map'> => ({
  id: '620802',
  map: { bounds: [106.431, 35.272, 107.193, 35.746], boundary, focus: { property: 'adcode', value: 620802 } },
})

/** What the world holds, by topic; of each entity what is judged. */
function opened(boundary: string, held: Readonly<Record<string, readonly object[]>>) {
  const logged: unknown[] = []
  const doubts = openPlacesInDoubt({
    districts: [district(boundary)],
    mapDirectory,
    // as: of each entity only what is asked for
    world: { read: (topics: readonly TopicName[]) => Object.fromEntries(topics.map((topic) => [topic, (held[topic] ?? []) as readonly Entity[]])) },
    log: (...line) => void logged.push(line),
  })
  return { ask: doubts.get('620802')!, logged }
}

describe('places in doubt', () => {
  const jingchuan: Place = [107.36, 35.33]
  const kongtong: Place = [106.68, 35.54]

  it('are those of cameras, sensors, incidents and orders; an order goes by its type, never by its title', () => {
    const { ask, logged } = opened('kongtong.geojson', {
      'video-sources@620802': [
        { id: 'c', name: '路口', feed: 'video', place: jingchuan },
        { id: 'd', name: '广场', feed: 'video', place: kongtong },
      ],
      'sensors@620802': [{ id: 's/q', name: '断面', feed: 'ecology', place: [103.8, 36] }],
      'incidents@620802': [{ id: 'i', title: '塌陷', feed: 'hotline', place: undefined }],
      'work-orders@620802': [{ id: 'o', type: '供暖', title: '某小区 3 号楼', feed: 'hotline', place: jingchuan }],
    })
    const told = ask()
    expect([told.problem, told.checked, logged]).toEqual([undefined, 4, []])
    expect(told.examples.map(({ what, id, name, doubt, neighbour }) => [what, id, name, doubt, neighbour])).toEqual([
      ['camera', 'c', '路口', 'neighbour', '泾川县'],
      ['sensor', 's/q', '断面', 'outside', undefined],
      ['order', 'o', '供暖', 'neighbour', '泾川县'],
    ])
  })

  it('are told as they stand when asked', () => {
    const held: Record<string, object[]> = { 'video-sources@620802': [] }
    const { ask } = opened('kongtong.geojson', held)
    expect(ask().counts).toEqual([])
    held['video-sources@620802']?.push({ id: 'c', name: '路口', feed: 'video', place: jingchuan })
    expect(ask().counts).toEqual([{ what: 'camera', doubt: 'neighbour', count: 1 }])
  })

  it('cannot be told without a boundary: that is logged, and said with each answer', () => {
    const { ask, logged } = opened('nowhere.geojson', {})
    expect(ask().checked).toBe(0)
    expect(ask().problem).toContain('config/map/nowhere.geojson cannot be read')
    expect(logged).toHaveLength(1)
  })
})

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { districtSchema } from '../../contract/configuration.ts'
import { loadGround } from '../../client/src/map/ground.ts'

const configuration = new URL('../../config/', import.meta.url)
const files = readdirSync(new URL('districts/', configuration))
const districts = files.map((file) => districtSchema.parse(parse(readFileSync(new URL(`districts/${file}`, configuration), 'utf8'))))

/** Serves config/map as the server would. */
const get = (url: string): Promise<Response> => {
  const file = new URL(`map/${decodeURIComponent(url.split('/').at(-1) ?? '')}`, configuration)
  return Promise.resolve(existsSync(file) ? new Response(readFileSync(file, 'utf8')) : new Response('', { status: 404 }))
}

describe.each(districts)('the map of $name', (district) => {
  it('has an outline inside its bounds, and a picture that exists', async () => {
    const ground = await loadGround(district, get)
    const [west, south, east, north] = district.map.bounds
    const margin = 0.01
    const points = ground.outline.flatMap(({ rings }) => rings.flat())
    expect(points.length).toBeGreaterThan(50)
    for (const [longitude, latitude] of points)
      expect(longitude > west - margin && longitude < east + margin && latitude > south - margin && latitude < north + margin).toBe(true)
    if (district.map.relief !== undefined) expect(existsSync(new URL(`map/${district.map.relief.file}`, configuration))).toBe(true)
  })

  it('has every subdistrict once, with a place inside the bounds', () => {
    const [west, south, east, north] = district.map.bounds
    expect(new Set(district.subdistricts.map(({ code }) => code)).size).toBe(district.subdistricts.length)
    for (const { place } of district.subdistricts)
      expect(place !== undefined && place[0] > west && place[0] < east && place[1] > south && place[1] < north).toBe(true)
  })

  it('has a boundary for each part, or for none', async () => {
    const { parts } = await loadGround(district, get)
    expect([0, district.subdistricts.length]).toContain(parts.length)
  })
})

describe('崆峒区', () => {
  const district = districts.find(({ id }) => id === '620802')
  if (district === undefined) throw new Error('config/districts/620802.yaml is missing')

  it('has its 21 subdistricts', () => {
    expect(district.subdistricts).toHaveLength(21)
  })

  it('shares its border with its neighbours point by point: no slivers', async () => {
    const { outline, neighbours } = await loadGround(district, get)
    const around = new Set(neighbours.flatMap(({ rings }) => rings.flat()).map(String))
    const own = outline.flatMap(({ rings }) => rings.flat())
    expect(own.filter((point) => around.has(String(point))).length / own.length).toBeGreaterThan(0.9)
  })
})

describe('a map file', () => {
  const district = { id: 'x', map: { bounds: [0, 0, 1, 1] as [number, number, number, number], boundary: 'nowhere.geojson' } }

  it('that is missing is named', async () => {
    await expect(loadGround(district, get)).rejects.toThrow('nowhere.geojson: the server answered 404')
  })

  it('that is not GeoJSON is refused', async () => {
    await expect(loadGround(district, () => Promise.resolve(new Response('{"type":"Topology"}')))).rejects.toThrow('FeatureCollection')
  })
})

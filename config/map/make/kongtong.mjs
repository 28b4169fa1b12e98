/**
 * Makes the boundary and the river: `node config/map/make/kongtong.mjs <boundaries.geojson>` writes config/map/kongtong.geojson and
 * config/map/jinghe.geojson. The input is WGS-84 and has 崆峒区 (adcode 620802) and what lies around it, sharing vertices.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { bend, jinghe } from './ground.mjs'
import { simplifyTogether } from './topology.mjs'

const touching = new Set([620802, 620821, 620823, 620881, 640424, 640425, 621027])
const [, , path] = process.argv
if (path === undefined) throw new Error('name the GeoJSON to read: node config/map/make/kongtong.mjs <boundaries.geojson>')
const source = JSON.parse(readFileSync(path, 'utf8'))
const kept = source.features
  .filter(({ properties }) => touching.has(properties.adcode))
  .map(({ properties: { adcode, name }, geometry }) => ({ properties: { adcode, name }, geometry }))

const write = (file, features) => {
  const lines = features.map((feature) => JSON.stringify(feature)).join(',\n')
  writeFileSync(new URL(`../${file}`, import.meta.url), `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`)
}
const features = simplifyTogether(kept, { tolerance: 0.0012 })
write('kongtong.geojson', features)
write('jinghe.geojson', [
  {
    type: 'Feature',
    properties: { name: '泾河', sketch: true },
    geometry: { type: 'LineString', coordinates: bend(jinghe).map((place) => place.map((degrees) => Number(degrees.toFixed(4)))) },
  },
])
for (const { properties, geometry } of features)
  console.log(properties.name, geometry.type, String(geometry.coordinates.flat(Infinity).length / 2), 'points')

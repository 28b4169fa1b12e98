import type { Place } from '../../../contract/fact-field.ts'
import { bd09ToWgs84, gcj02ToWgs84 } from '../../core/coordinates.ts'
import { readPlace, roundTo, roundToBlock } from '../feeds/upstream-place.ts'
import type { MappingFunction } from './mapping-function.ts'
import { functionError, isNothing } from './mapping-function.ts'
import { quote } from './words.ts'

const datums: ReadonlyMap<unknown, (place: Place) => Place> = new Map([
  ['wgs84', (place) => place],
  ['gcj02', gcj02ToWgs84],
  ['bd09', bd09ToWgs84],
])

/** 0.1 m: what is finer is noise of the conversion. */
const decimals = 6

export const wgs84: MappingFunction = {
  name: 'wgs84',
  signature: "$wgs84(longitude, latitude, 'gcj02' | 'bd09' | 'wgs84')",
  zh: '坐标转为 WGS-84 的 [经度, 纬度]。第三个参数说明来源坐标系：gcj02（高德、腾讯、国内平台）、bd09（百度）、wgs84（GPS、北斗、CGCS2000）。空值与 0,0 视为没有坐标。',
  en: 'Coordinates as [longitude, latitude] in WGS-84. The third argument says what they are in: gcj02 (Amap, Tencent, most platforms), bd09 (Baidu), wgs84 (GPS, BeiDou, CGCS2000). Empty ones and 0,0 are no place.',
  example: { expression: "$wgs84('106.69451', 35.53926, 'gcj02')", gives: [106.690212, 35.539681] },
  call([longitude, latitude, datum]) {
    const toWgs84 = datums.get(typeof datum === 'string' ? datum.toLowerCase().replace('-', '') : datum)
    if (toWgs84 === undefined) {
      throw functionError('unknown-value', '$wgs84(datum)', `${quote(datum)} is no coordinate system; give 'gcj02', 'bd09' or 'wgs84'`)
    }
    const place = readPlace(longitude, latitude, ['$wgs84(longitude)', '$wgs84(latitude)'])
    return place === undefined ? undefined : roundTo(toWgs84(place), decimals)
  },
}

const isPlace = (given: unknown): given is Place => Array.isArray(given) && given.length === 2 && given.every((part) => typeof part === 'number')

export const block: MappingFunction = {
  name: 'block',
  signature: '$block(place)',
  zh: '坐标取到约 100 米（三位小数）：涉及个人住处的诉求，只标到街区。',
  en: 'A place to about 100 m (3 decimals): requests come from somebody’s home, and a dot on a wall must show a neighbourhood.',
  example: { expression: '$block([106.689764, 35.539991])', gives: [106.69, 35.54] },
  call([place]) {
    if (isNothing(place)) return undefined
    if (isPlace(place)) return roundToBlock(place)
    throw functionError('bad-place', '$block(place)', `${quote(place)} is no place; give [longitude, latitude], as $wgs84 does`)
  },
}

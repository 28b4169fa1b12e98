import { numberOf, withoutNoise } from './figure.ts'
import type { MappingFunction } from './mapping-function.ts'
import { functionError, isNothing } from './mapping-function.ts'
import { listed, quote, toAscii } from './words.ts'

/** Value in the base unit = value × factor + offset. */
interface Scale {
  readonly dimension: string
  readonly factor: number
  readonly offset: number
}

/** Factors to the first unit of each line. Source: SI brochure; GB 3100 for 亩 and the Chinese names. */
const dimensions: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  length: { m: 1, mm: 0.001, cm: 0.01, dm: 0.1, km: 1_000, 米: 1, 毫米: 0.001, 厘米: 0.01, 千米: 1_000, 公里: 1_000 },
  area: { 'm²': 1, 'km²': 1e6, ha: 1e4, 平方米: 1, 平方公里: 1e6, 公顷: 1e4, 亩: 10_000 / 15, 万亩: 1e8 / 15 },
  volume: { 'm³': 1, L: 0.001, mL: 1e-6, '万m³': 1e4, '亿m³': 1e8, 立方米: 1, 万立方米: 1e4, 亿立方米: 1e8, 方: 1, 升: 0.001 },
  mass: { kg: 1, g: 0.001, mg: 1e-6, t: 1_000, 千克: 1, 公斤: 1, 克: 0.001, 吨: 1_000, 万吨: 1e7 },
  concentration: { 'mg/L': 1, 'µg/L': 0.001, 'g/L': 1_000, 'mg/m³': 0.001, 'µg/m³': 1e-6, 'ng/m³': 1e-9, 'g/m³': 1 },
  pressure: { Pa: 1, hPa: 100, kPa: 1_000, MPa: 1e6, bar: 1e5, mbar: 100, mmHg: 133.322_387_415, 帕: 1, 百帕: 100, 千帕: 1_000, 兆帕: 1e6 },
  speed: { 'm/s': 1, 'km/h': 1 / 3.6, kn: 1_852 / 3_600, 米每秒: 1, 公里每小时: 1 / 3.6 },
  flow: { 'm³/s': 1, 'm³/h': 1 / 3_600, 'm³/d': 1 / 86_400, 'L/s': 0.001, 'L/min': 0.001 / 60 },
  time: { s: 1, ms: 0.001, min: 60, h: 3_600, d: 86_400, 秒: 1, 分钟: 60, 小时: 3_600, 天: 86_400, 日: 86_400 },
  power: { W: 1, kW: 1_000, MW: 1e6, 千瓦: 1_000, 兆瓦: 1e6, 万千瓦: 1e7 },
  energy: { kWh: 1, Wh: 0.001, MWh: 1_000, kJ: 1 / 3_600, MJ: 1 / 3.6, GJ: 1_000 / 3.6, 度: 1, 千瓦时: 1, 万千瓦时: 1e4 },
  voltage: { V: 1, mV: 0.001, kV: 1_000 },
  current: { A: 1, mA: 0.001 },
  conductivity: { 'µS/cm': 1, 'mS/cm': 1_000, 'S/m': 1e4 },
  count: { 个: 1, 千: 1_000, 万: 1e4, 百万: 1e6, 亿: 1e8, 万亿: 1e12 },
  money: { 元: 1, 万元: 1e4, 百万元: 1e6, 亿元: 1e8 },
  ratio: { ratio: 1, '%': 0.01, '‰': 0.001, ppm: 1e-6 },
}

const temperatures: Readonly<Record<string, Omit<Scale, 'dimension'>>> = {
  K: { factor: 1, offset: 0 },
  '°C': { factor: 1, offset: 273.15 },
  '°F': { factor: 5 / 9, offset: 459.67 * (5 / 9) },
}

/** ℃ and °C, ㎥ and m³, µ and μ are the same. */
const spelling = (unit: string): string => toAscii(unit).replace(/\s/g, '')

const linear = Object.entries(dimensions).flatMap(([dimension, factors]) =>
  Object.entries(factors).map(([name, factor]): readonly [string, Scale] => [spelling(name), { dimension, factor, offset: 0 }]),
)
const shifted = Object.entries(temperatures).map(([name, scale]): readonly [string, Scale] => [
  spelling(name),
  { dimension: 'temperature', ...scale },
])

const scales: ReadonlyMap<string, Scale> = new Map([...linear, ...shifted])

/** What is near: the units of the same dimension, or else one of each. */
function unitsLike(scale: Scale | undefined): string {
  const names = [...scales].filter(([, { dimension }]) => dimension === scale?.dimension).map(([name]) => name)
  return scale === undefined ? 'units such as mm, m, kPa, MPa, °C, mg/L, m/s, m³/s, 万, %' : listed(names)
}

function scaleFactors(from: unknown, to: unknown): readonly [Scale, Scale] {
  const [source, target] = [from, to].map((unit) => (typeof unit === 'string' ? scales.get(spelling(unit)) : undefined))
  if (source !== undefined && target !== undefined && source.dimension === target.dimension) return [source, target]
  const pair = `cannot turn ${quote(from)} into ${quote(to)}`
  if (source !== undefined && target !== undefined) {
    throw functionError('unknown-value', '$unit(from, to)', `${pair}: one is a ${source.dimension}, the other a ${target.dimension}`)
  }
  const unknown = source === undefined ? from : to
  throw functionError('unknown-value', '$unit(from, to)', `${pair}: ${quote(unknown)} is unknown; known are ${unitsLike(source ?? target)}`)
}

export const unit: MappingFunction = {
  name: 'unit',
  signature: '$unit(value, from, to)',
  zh: '换算计量单位：长度、面积、体积、质量、浓度、压力、温度、速度、流量、时间、功率、电量、万/亿、%/比率 等。不认识或不同类的单位报错。',
  en: 'Turns a value into another unit of measure: length, area, volume, mass, concentration, pressure, temperature, speed, flow, time, power, energy, 万 and 亿, % and ratio. Units that are unknown or of different kinds are an error.',
  example: { expression: "$unit(350, 'kPa', 'MPa')", gives: 0.35 },
  call([given, from, to]) {
    const [source, target] = scaleFactors(from, to)
    if (isNothing(given)) return undefined
    const value = typeof given === 'number' ? given : typeof given === 'string' ? numberOf(toAscii(given.slice(0, 100))) : undefined
    if (value === undefined) throw functionError('unknown-value', '$unit(value)', `${quote(given)} is not a number; read it with $figure first`)
    return withoutNoise(Number(((value * source.factor + source.offset - target.offset) / target.factor).toPrecision(12)))
  },
}

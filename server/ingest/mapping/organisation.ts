import type { District } from '../../../contract/configuration.ts'
import type { Registry } from '../../core/registry.ts'
import type { FunctionContext, MappingFunction } from './mapping-function.ts'
import { isNothing } from './mapping-function.ts'

/** A name's first meaning stays; a name with two meanings has none. */
class Names {
  readonly #meanings = new Map<string, string | undefined>()

  add(name: string, meaning: string): void {
    const known = this.#meanings.get(name)
    this.#meanings.set(name, this.#meanings.has(name) && known !== meaning ? undefined : meaning)
  }

  get(name: string): string | undefined {
    return this.#meanings.get(name)
  }
}

interface DistrictNames {
  readonly units: Names
  readonly subdistricts: Names
  /** by full name, longest first: looked for inside addresses */
  readonly fullNames: readonly (readonly [name: string, code: string])[]
}

const levels = /(?:街道办事处|办事处|街道办|街道|镇人民政府|乡人民政府|镇|乡)$/
/** 东关街道办事处, 东关街道 and 东关 are the same place. */
const stemOf = (name: string): string => name.replace(levels, '')

function namesOf(registry: Registry, district: District): DistrictNames {
  const units = new Names()
  for (const unit of registry.units.values()) {
    if (unit.district === district.id) for (const name of new Set([unit.id, unit.name, unit.shortName])) units.add(name, unit.id)
  }
  const subdistricts = new Names()
  for (const { code, name, shortName } of district.subdistricts) {
    for (const each of new Set([code, name, shortName, stemOf(name), stemOf(shortName)])) subdistricts.add(each, code)
  }
  const fullNames = district.subdistricts.map(({ name, code }) => [name, code] as const).sort(([one], [other]) => other.length - one.length)
  return { units, subdistricts, fullNames }
}

const known = new WeakMap<Registry, Map<string, DistrictNames | undefined>>()

function districtNames({ feed, registry }: FunctionContext): DistrictNames | undefined {
  let ofRegistry = known.get(registry)
  if (ofRegistry === undefined) known.set(registry, (ofRegistry = new Map<string, DistrictNames | undefined>()))
  if (!ofRegistry.has(feed.district)) {
    const district = registry.districts.get(feed.district)
    ofRegistry.set(feed.district, district === undefined ? undefined : namesOf(registry, district))
  }
  return ofRegistry.get(feed.district)
}

const longestName = 200
const nameOf = (given: unknown): string => (typeof given === 'string' || typeof given === 'number' ? String(given).slice(0, longestName).trim() : '')

/** Ways in which a unit may be called: with the district's name before it (崆峒区住建局), which our own list writes 区住建局 or 住建局. */
function callings(name: string, { feed, registry }: FunctionContext): readonly string[] {
  const district = registry.districts.get(feed.district)?.name ?? ''
  if (district === '' || !name.startsWith(district)) return [name]
  const rest = name.slice(district.length)
  return [name, `${district.slice(-1)}${rest}`, rest]
}

export const unitId: MappingFunction = {
  name: 'unitId',
  signature: '$unitId(name)',
  zh: '按编码、全称或简称查 config/units.yaml 中的单位，返回编码；查不到则没有值，可写 $unitId(x) ? $unitId(x) : x。',
  en: 'The id of a unit in config/units.yaml by its id, name or short name; nothing when unknown: $unitId(x) ? $unitId(x) : x keeps their own name.',
  example: { expression: "$unitId('区住建局')", gives: 'housing' },
  call([given], context) {
    if (isNothing(given)) return undefined
    const names = districtNames(context)?.units
    return callings(nameOf(given), context)
      .map((name) => names?.get(name))
      .find((id) => id !== undefined)
  },
}

export const subdistrict: MappingFunction = {
  name: 'subdistrict',
  signature: '$subdistrict(name)',
  zh: '按编码、名称或简称查本区的乡镇街道，返回编码；有没有“镇”“乡”“街道”都认，地址里含全名也认；查不到则没有值。',
  en: 'The code of a subdistrict of the district by its code, name or short name, with or without 镇, 乡, 街道, or by an address that holds its name; nothing when unknown.',
  example: { expression: "$subdistrict('东关街道办事处')", gives: '620802001' },
  call([given], context) {
    const names = districtNames(context)
    const name = nameOf(given)
    if (name === '' || names === undefined) return undefined
    return names.subdistricts.get(name) ?? names.subdistricts.get(stemOf(name)) ?? names.fullNames.find(([fullName]) => name.includes(fullName))?.[1]
  },
}

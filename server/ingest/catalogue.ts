import { z } from 'zod'
import type { Catalogue, CatalogueOption } from '../../contract/bench.ts'
import type { Registry } from '../core/registry.ts'
import { codecs } from './codecs/index.ts'
import { dialects } from './feeds/index.ts'
import { mappingFunctions } from './mapping/functions.ts'
import { transports } from './transports/index.ts'

/** 接入手册: everything a feed's file can say, made from the code that reads it, so that it is never out of date. */
export function feedCatalogue({ sectors, quantities }: Pick<Registry, 'sectors' | 'quantities'>): Catalogue {
  return {
    transports: transports.map(({ name, summary, schemes, options, sample }) => ({ name, ...summary, schemes, options: optionsOf(options), sample })),
    codecs: codecs.map(({ name, summary, options, sample, isBinary }) => ({
      name,
      ...summary,
      isBinary,
      options: optionsOf(options),
      sample: sample.body,
    })),
    functions: mappingFunctions.map(({ signature, zh, en, example }) => ({ signature, zh, en, example: example.expression })),
    dialects: dialects.map(({ name }) => name),
    sectors: [...sectors.keys()],
    quantities: [...quantities.keys()],
  }
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  /** variants that are told apart by a key */
  readonly oneOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly default?: unknown
  readonly description?: string
}

/** The keys of an options object, those of objects in it as `outer.inner`. */
function optionsOf(schema: z.ZodType): readonly CatalogueOption[] {
  // zod's own conversion, read back by the few words of JSON Schema that options use
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return listed(json, '')
}

function listed({ properties = {}, required = [], oneOf }: JsonSchema, prefix: string): readonly CatalogueOption[] {
  if (oneOf !== undefined) return ofVariants(oneOf.map((variant) => listed(variant, prefix)))
  return Object.entries(properties).flatMap(([key, option]) => {
    const name = `${prefix}${key}`
    const usual = option.default === undefined ? undefined : JSON.stringify(option.default)
    const own = {
      name,
      type: typeOf(option),
      usual,
      isRequired: usual === undefined && required.includes(key),
      ...inBothLanguages(option.description ?? ''),
    }
    return [own, ...listed(option, `${name}.`)]
  })
}

/** Descriptions are written as `中文 · English`. */
function inBothLanguages(description: string): Pick<CatalogueOption, 'zh' | 'en'> {
  const [zh = '', ...en] = description.split(' · ')
  return { zh, en: en.join(' · ') }
}

/** Options of all variants, each once; the one that tells them apart takes any of their values. */
function ofVariants(variants: readonly (readonly CatalogueOption[])[]): readonly CatalogueOption[] {
  const all = new Map<string, CatalogueOption>()
  for (const option of variants.flat()) {
    const known = all.get(option.name)
    const isOther = known !== undefined && known.type !== option.type
    all.set(option.name, isOther ? { ...known, type: `${known.type} | ${option.type}` } : (known ?? option))
  }
  return [...all.values()]
}

function typeOf({ type, enum: values, const: only, anyOf, oneOf, items }: JsonSchema): string {
  if (only !== undefined) return JSON.stringify(only)
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ')
  const either = anyOf ?? oneOf
  if (either !== undefined) return either.map(typeOf).join(' | ')
  if (type === 'array') return `[${typeOf(items ?? {})}]`
  return type ?? 'any'
}

import { XMLParser } from 'fast-xml-parser'
import { deepestNesting } from '../json-text.ts'

export interface XmlShape {
  /** before the names of attributes */
  readonly attributePrefix: string
  /** names of elements that are always lists, be there one or many */
  readonly lists: ReadonlySet<string>
  /** keeps `cap:` in `cap:alert` */
  readonly keepsPrefixes: boolean
}

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const reference = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g

/** The five entities of XML and numbers of characters; every other reference stays as it is written. */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(reference, (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
    if (name !== undefined) return references[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code === 0 || code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}

/** Knows no entities but XML's own, so that none can be declared, fetched or multiplied. */
const entityDecoder = {
  setExternalEntities: (): void => undefined,
  addInputEntities: (): void => undefined,
  reset: (): void => undefined,
  setXmlVersion: (): void => undefined,
  decode: resolveReferences,
}

/** @returns reads one element that `outlineXml` has walked: texts stay texts, a repeated element is a list, `#text` is text beside attributes */
export function xmlReader({ attributePrefix, lists, keepsPrefixes }: XmlShape): (text: string) => unknown {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: attributePrefix,
    removeNSPrefix: !keepsPrefixes,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    processEntities: true,
    entityDecoder,
    maxNestedTags: deepestNesting + 1,
    jPath: false,
    isArray: (name: string) => lists.has(name),
  })
  return (text) => parser.parse(text) as unknown
}

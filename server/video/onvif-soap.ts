import { createHash } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import { ProviderError } from './provider.ts'
import type { ProviderFault } from './provider.ts'

/** SOAP 1.2 as ONVIF devices speak it, and reading their XML without trusting it. */

export type XmlElement = Readonly<Record<string, unknown>>

const schema = 'http://www.onvif.org/ver10/schema'
const security = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'

/** WS-UsernameToken with a digest of the password. `created` is by the device's clock. */
export interface UsernameToken {
  readonly user: string
  readonly password: string
  readonly nonce: Buffer
  readonly created: string
}

/** @param inner XML inside the request's element; its names are of `namespace`, those of the common schema have the prefix tt */
export function envelope(namespace: string, action: string, inner: string, token: UsernameToken | undefined): string {
  const head = token === undefined ? '' : `<s:Header>${securityHeader(token)}</s:Header>`
  const body = `<${action} xmlns="${namespace}" xmlns:tt="${schema}">${inner}</${action}>`
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${head}<s:Body>${body}</s:Body></s:Envelope>`
}

function securityHeader({ user, password, nonce, created }: UsernameToken): string {
  const digest = createHash('sha1').update(nonce).update(created, 'utf8').update(password, 'utf8').digest('base64')
  return (
    `<Security s:mustUnderstand="1" xmlns="${security}-wssecurity-secext-1.0.xsd"><UsernameToken><Username>${escapeXml(user)}</Username>` +
    `<Password Type="${security}-username-token-profile-1.0#PasswordDigest">${digest}</Password>` +
    `<Nonce EncodingType="${security}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</Nonce>` +
    `<Created xmlns="${security}-wssecurity-utility-1.0.xsd">${created}</Created></UsernameToken></Security>`
  )
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: false,
  maxNestedTags: 64,
})

/** The document's elements without their prefixes; undefined for what is no XML, or declares entities. */
export function parseXml(text: string): XmlElement | undefined {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) return undefined
  try {
    return elementOf(parser.parse(text))
  } catch {
    // a device that answers nonsense is told of by whoever asked it
    return undefined
  }
}

/** Faults that say more than "failed", by the last part of their code. */
const faults: Readonly<Record<string, readonly [ProviderFault, string]>> = {
  NotAuthorized: ['refused', 'the device refuses the user or the password: check both, and that this user may use ONVIF'],
  FailedAuthentication: ['refused', 'the device refuses the user or the password: check both, and that this user may use ONVIF'],
  OperationProhibited: ['forbidden', 'the device does not allow this to the user'],
  ActionNotSupported: ['forbidden', 'the device does not support this'],
  NoProfile: ['unknown-camera', 'the device no longer has this stream'],
}

/** What stands in an answer's body. @throws ProviderError for a fault, and for what is no SOAP; the device's own words are not repeated */
export function readSoap(text: string): XmlElement {
  const body = child(parseXml(text), 'Envelope', 'Body')
  if (body === undefined) throw new ProviderError('unreachable', 'the answer is not ONVIF: is this the address of a device service?')
  const fault = child(body, 'Fault')
  if (fault === undefined) return body
  const codes = faultCodes(fault)
  const [kind, message] = codes.flatMap((code) => (Object.hasOwn(faults, code) ? [faults[code]] : []))[0] ?? ['unreachable', 'the device failed']
  throw new ProviderError(kind, message)
}

/** SOAP 1.2 nests its codes, the innermost says most; some devices answer in SOAP 1.1. */
function faultCodes(fault: XmlElement): readonly string[] {
  const codes: string[] = []
  for (let code = child(fault, 'Code'); code !== undefined && codes.length < 8; code = child(code, 'Subcode'))
    codes.unshift(textOf(code, 'Value') ?? '')
  return [...codes, textOf(fault, 'faultcode') ?? ''].map((code) => code.split(':').at(-1) ?? '')
}

/** The element at the end of a path of names; the first where there are several. */
export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => children(at, name)[0], element)
}

export function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return valuesOf(element, name).map((value) => (typeof value === 'string' ? { '#text': value } : (elementOf(value) ?? {})))
}

/** Text of the element at the end of a path; undefined when it is not there or empty. */
export function textOf(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return stringOf(child(element, ...path)?.['#text'])
}

export function attribute(element: XmlElement | undefined, name: string): string | undefined {
  return stringOf(element?.[`@${name}`])
}

function valuesOf(element: XmlElement | undefined, name: string): readonly unknown[] {
  if (element === undefined || !Object.hasOwn(element, name)) return []
  const value = element[name]
  return Array.isArray(value) ? value : [value]
}

function elementOf(value: unknown): XmlElement | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

function stringOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? resolveReferences(value).trim() : ''
  return text === '' ? undefined : text
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five entities of XML and numbers of characters; any other stays as it is written. */
function resolveReferences(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code === 0 || code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}

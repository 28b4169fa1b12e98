import type { Camera } from './cameras.ts'

/** What an ONVIF device writes. */

export const namespaces = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
} as const

export interface Profile {
  readonly token: string
  readonly source: string
  readonly size: readonly [width: number, height: number] | undefined
  readonly hasPtz: boolean
  readonly camera: Camera
}

const prefixes =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error" ' +
  `xmlns:tds="${namespaces.device}" xmlns:trt="${namespaces.media}" xmlns:tptz="${namespaces.ptz}"`

const enveloped = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${prefixes}><s:Header/><s:Body>${body}</s:Body></s:Envelope>`
export const respond = (prefix: string, action: string, inner: string): string =>
  enveloped(`<${prefix}:${action}Response>${inner}</${prefix}:${action}Response>`)

/** With words that nobody should repeat: devices name users and addresses in them. */
export function fault(code: string, subcode: string): string {
  const reason = 'user admin at 10.0.0.9: the action is refused'
  return enveloped(
    `<s:Fault><s:Code><s:Value>${code}</s:Value><s:Subcode><s:Value>ter:InvalidArgs</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`,
  )
}

export function dateXml(at: Date): string {
  const part = (name: string, value: number): string => `<tt:${name}>${String(value)}</tt:${name}>`
  const time = part('Hour', at.getUTCHours()) + part('Minute', at.getUTCMinutes()) + part('Second', at.getUTCSeconds())
  const date = part('Year', at.getUTCFullYear()) + part('Month', at.getUTCMonth() + 1) + part('Day', at.getUTCDate())
  return `<tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:UTCDateTime><tt:Time>${time}</tt:Time><tt:Date>${date}</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>`
}

export const serviceXml = (namespace: string, address: string): string =>
  `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${address}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`

export function capabilitiesXml(services: ReadonlyMap<string, string>): string {
  const one = (name: string, namespace: string): string =>
    services.has(namespace) ? `<tt:${name}><tt:XAddr>${services.get(namespace) ?? ''}</tt:XAddr></tt:${name}>` : ''
  return `<tds:Capabilities>${one('Device', namespaces.device)}${one('Media', namespaces.media)}${one('PTZ', namespaces.ptz)}</tds:Capabilities>`
}

export function profileXml({ token, source, size, hasPtz }: Profile): string {
  const encoder =
    size === undefined
      ? ''
      : `<tt:VideoEncoderConfiguration token="E_${token}"><tt:Name>E</tt:Name><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${String(size[0])}</tt:Width><tt:Height>${String(size[1])}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration>`
  const ptz = hasPtz ? '<tt:PTZConfiguration token="PTZ_1"><tt:Name>PTZ</tt:Name><tt:NodeToken>PTZNODE_1</tt:NodeToken></tt:PTZConfiguration>' : ''
  const from = `<tt:VideoSourceConfiguration token="C_${source}"><tt:Name>C</tt:Name><tt:SourceToken>${source}</tt:SourceToken></tt:VideoSourceConfiguration>`
  return `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token}</tt:Name>${from}${encoder}${ptz}</trt:Profiles>`
}

export const sourceXml = ({ source, size }: Profile): string =>
  `<trt:VideoSources token="${source}"><tt:Framerate>25</tt:Framerate><tt:Resolution><tt:Width>${String(size?.[0])}</tt:Width><tt:Height>${String(size?.[1])}</tt:Height></tt:Resolution></trt:VideoSources>`

export const uriXml = (uri: string): string =>
  `<trt:MediaUri><tt:Uri>${uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT60S</tt:Timeout></trt:MediaUri>`

import type { Catalogue } from '../../../../contract/bench.ts'

/** The file a new feed begins with. Pure. */

export interface NewFeedChoice {
  readonly transport: Catalogue['transports'][number]
  /** undefined takes the transport's usual one */
  readonly codec: Catalogue['codecs'][number] | undefined
  readonly district: string
  readonly zone: string
}

/** What the file says in the page's language: its names and its comments, one line each. */
export interface NewFeedWords {
  readonly name: string
  readonly shortName: string
  readonly contact: string
  readonly idComment: string
  readonly nameComment: string
  readonly demoComment: string
  readonly cadenceComment: string
  readonly zoneComment: string
  readonly mappingComment: string
}

/** A whole file that only waits for its names and its mapping: the transport's annotated sample in the middle. */
export function newFeedYaml({ transport, codec, district, zone }: NewFeedChoice, words: NewFeedWords): string {
  return `# ${words.idComment}
id: new-feed
# ${words.nameComment}
name: ${words.name}
shortName: ${words.shortName}
nameEn: New feed
district: '${district}'

${withCodec(ownFolder(transport.sample.trim()), codec?.name)}

# ${words.zoneComment}
zone: ${zone}
# ${words.demoComment}
demo: true
# ${words.cadenceComment}
cadenceSeconds: 300
contact: ${words.contact}

# ${words.mappingComment}
mapping: |
  {
    "kind": "sensor-reading",
    "sensor": id,
    "quantity": "water-level",
    "at": $instant(time),
    "value": value,
    "place": $wgs84(lon, lat, "gcj02")
  }
`
}

/** The folder of a sample may be another feed's. */
const ownFolder = (sample: string): string => sample.replace(/^source: file:[^/\s]+$/m, 'source: file:new-feed')

/** The sample's own `codec`, with what is indented below it, gives way to the one chosen. */
function withCodec(sample: string, codec: string | undefined): string {
  if (codec === undefined) return sample
  const lines = sample.split('\n')
  const start = lines.findIndex((line) => line.startsWith('codec:'))
  if (start < 0) return `${sample}\ncodec: ${codec}`
  const after = lines.findIndex((line, index) => index > start && !/^\s/.test(line))
  return [...lines.slice(0, start), `codec: ${codec}`, ...(after < 0 ? [] : lines.slice(after))].join('\n')
}

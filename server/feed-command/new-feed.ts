import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codecs } from '../ingest/codecs/index.ts'
import { transports } from '../ingest/transports/index.ts'

export interface NewFeedOptions {
  readonly configDirectory: string
  readonly id: string
  /** a scheme, or an address that begins with one */
  readonly source: string | undefined
  readonly codec: string | undefined
}

/** `new`: a feed's file with every key explained, to be filled in. @throws in words when there is one already, or nothing is called so */
export function newFeed({ configDirectory, id, source, codec }: NewFeedOptions, say: (line: string) => unknown): number {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(id)) throw new Error(`${JSON.stringify(id)} is no id: lower-case letters, digits and -`)
  const file = join(configDirectory, 'feeds', `${id}.yaml`)
  if (existsSync(file)) throw new Error(`${file} is there already`)
  writeFileSync(file, feedTemplate(id, linkLines(id, source), codecLines(codec)))
  say(`${file} is written. Fill it in, then: npm run feed -- try ${id} <sample>`)
  return 0
}

function linkLines(id: string, source: string | undefined): string {
  if (source === undefined || source.startsWith('intake')) return `# sent to us: POST /api/intake/<id> with the feed's token\nsource: 'intake:'`
  const scheme = source.split(':')[0] ?? ''
  const transport = transports.find(({ schemes }) => schemes.includes(scheme))
  if (transport !== undefined) {
    // a folder of its own: the sample's may be another feed's
    return transport.sample.trim().replace(/^source: file:[^/\s]+$/m, `source: file:${id}`)
  }
  throw new Error(`no transport takes ${scheme}:; there are intake, ${transports.flatMap(({ schemes }) => schemes).join(', ')}`)
}

function codecLines(name: string | undefined): string {
  if (name === undefined) return ''
  const codec = codecs.find((known) => known.name === name)
  if (codec === undefined) throw new Error(`no codec is called ${name}; there are ${codecs.map((known) => known.name).join(', ')}`)
  return `# ${codec.summary.en}\ncodec: ${name}\n`
}

/** A feed's file before anybody has filled it in. */
function feedTemplate(id: string, link: string, codec: string): string {
  // a transport's sample may name a codec of its own
  const own = codec === '' || !/^codec:/m.test(link) ? link : link.replace(/^codec:.*(\n {2}.*)*/m, '').trim()
  return `# ${id}: what it is and who runs it, in a line
id: ${id}
name: '${id}'
# at most 8 characters, for the strip at the foot of the wall
shortName: '${id.slice(0, 8)}'
nameEn: ${id}
# whose screens its facts appear on; must be a district of config/districts
district: '620802'
# where it comes from
${own}
${codec}# zone of its times, where they are written without one
zone: Asia/Shanghai
# true: a simulator. The wall wears 演示数据 wherever its figures stand
demo: false
# seconds: silent for longer than this the feed is late, for three times this it is down
cadenceSeconds: 300
# whom to phone when it falls silent; shown on the wall; write the office and its number here
contact: 值班室电话
# what one message means, in JSONata; contract/fact.ts names the facts, /desk/feeds/reference the functions
mapping: |
  {
    "kind": "sensor-reading",
    "sensor": id,
    "quantity": "water-level",
    "at": $instant(time),
    "value": $figure(value)
  }
`
}

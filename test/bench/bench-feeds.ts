import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument, stringify } from 'yaml'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { sensorMapping } from './sensor-messages.ts'

/** What a feed of a bench says of itself; the rest is the same for all. */
export interface BenchFeed {
  readonly id: string
  /** `intake:` when left out */
  readonly source?: string
  readonly transport?: Readonly<Record<string, unknown>>
  readonly codec?: string
  /** the mapping of sensor messages when left out */
  readonly dialect?: string
  readonly messagesPerSecond?: number
}

/**
 * The real server with these feeds and no others; they may connect to this machine.
 * @param environment what its process gets besides
 */
export async function startWithFeeds(feeds: readonly BenchFeed[], environment: Readonly<Record<string, string>> = {}): Promise<Whole> {
  return await startWhole({
    environment: { BUILD: 'bench', ...environment },
    configure: async (directory) => {
      const folder = join(directory, 'feeds')
      for (const name of await readdir(folder)) await rm(join(folder, name))
      for (const feed of feeds) await writeFile(join(folder, `${feed.id}.yaml`), stringify(definitionOf(feed)))
      const app = join(directory, 'app.yaml')
      const document = parseDocument(await readFile(app, 'utf8'))
      document.set('feedHosts', ['127.0.0.1'])
      await writeFile(app, document.toString())
    },
  })
}

function definitionOf({ id, source = 'intake:', transport, codec, dialect, messagesPerSecond = 100_000 }: BenchFeed): object {
  return {
    id,
    name: id,
    shortName: id.slice(0, 8),
    nameEn: id,
    district: '620802',
    source,
    ...(transport === undefined ? {} : { transport }),
    ...(codec === undefined ? {} : { codec }),
    ...(dialect === undefined ? { mapping: sensorMapping } : { dialect }),
    zone: 'Asia/Shanghai',
    demo: true,
    cadenceSeconds: 3_600,
    // rules as a careful integrator sets them: every series is remembered and judged
    admission: { maxAgeDays: 30, ranges: { 'water-level': [0, 5_000] }, jumps: { 'water-level': { most: 50, withinSeconds: 60 } } },
    limits: { messagesPerSecond },
    contact: 'bench',
  }
}

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileDrop } from '../../../server/ingest/transports/file-drop.ts'
import { Collector } from '../../../server/ingest/transports/files/collector.ts'
import { LocalFolder } from '../../../server/ingest/transports/files/local-folder.ts'
import { temporaryFolder } from '../../store/temporary-folder.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { benchOf } from '../../support/transport-context.ts'
import type { BenchSettings } from '../../support/transport-context.ts'

export type Desk = ReturnType<typeof deskOf>

/** A drop folder, and somebody who looks into it when told to. 2026-11-23 14:30 in Shanghai. */
export function deskOf(options: object = {}, settings: BenchSettings & { at?: string } = {}) {
  const path = settings.at ?? temporaryFolder()
  const clock = new ManualClock()
  const bench = benchOf(fileDrop, 'file:drop', options, { clock, ...settings })
  const place = new LocalFolder(path)
  const collector = new Collector(bench.context, place, bench.context.options)
  return {
    path,
    clock,
    bench,
    place,
    put: (name: string, text: string | Buffer) => writeFileSync(join(path, name), text),
    scan: async () => await collector.scan(),
    /** two looks, with enough time between them for a file to be called stable */
    async settle(): Promise<void> {
      await collector.scan()
      clock.advance(5_000)
      await collector.scan()
    },
    bodies: () => bench.handed.map((handed) => [handed.origin, 'body' in handed ? handed.body : handed.messages]),
    files: () => listed(path),
  }
}

const listed = (path: string, under = ''): string[] =>
  readdirSync(join(path, under), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? listed(path, join(under, entry.name)) : [join(under, entry.name)]))
    .sort()

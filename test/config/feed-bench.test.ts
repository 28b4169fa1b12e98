import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FeedFiles } from '../../server/configuration/feed-files.ts'
import { FeedBench } from '../../server/feed-bench.ts'
import type { FeedBenchRooms } from '../../server/feed-bench.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { smallRegistry } from '../support/feed-setting.ts'

const yamlOf = (id: string): string => `id: ${id}
name: 工单
shortName: 工单
nameEn: Orders
district: '620802'
source: 'intake:'
mapping: $
zone: Asia/Shanghai
demo: true
cadenceSeconds: 60
contact: 值班室
`

it('a new feed is not saved over the file of another, and that is told as a mistake in its id', async () => {
  const folder = temporaryFolder()
  const directory = join(folder, 'feeds')
  mkdirSync(directory)
  writeFileSync(join(directory, 'orders.yaml'), yamlOf('hotline'))
  const files = new FeedFiles({ directory, versions: join(folder, 'versions') })
  const started: string[] = []
  // what is refused before it is written needs no more of the rooms
  const rooms = {
    files,
    registry: smallRegistry,
    live: { ids: [], start: ({ id }: { id: string }) => started.push(id) },
  } as unknown as FeedBenchRooms
  expect(await new FeedBench(rooms).save({ yaml: yamlOf('orders'), basedOn: null })).toEqual({
    id: 'orders',
    version: undefined,
    problems: [
      {
        path: 'id',
        problem: 'orders.yaml in config/feeds holds the feed hotline: rename it, or choose another id; it is not overwritten',
      },
    ],
  })
  expect([readFileSync(join(directory, 'orders.yaml'), 'utf8'), started]).toEqual([yamlOf('hotline'), []])
})

it('a feed that is open is not saved over another one whose version has the same number', async () => {
  const folder = temporaryFolder()
  const directory = join(folder, 'feeds')
  mkdirSync(directory)
  for (const id of ['hotline', 'orders']) writeFileSync(join(directory, `${id}.yaml`), yamlOf(id))
  const files = new FeedFiles({ directory, versions: join(folder, 'versions') })
  const started: string[] = []
  // what is refused before it is written needs no more of the rooms
  const rooms = {
    files,
    registry: smallRegistry,
    live: { ids: [], start: ({ id }: { id: string }) => started.push(id) },
  } as unknown as FeedBenchRooms
  expect([files.read('hotline')?.version, files.read('orders')?.version]).toEqual([1, 1])
  const yaml = yamlOf('orders').replace('工单', '改过')
  expect(await new FeedBench(rooms).save({ yaml, basedOn: { feed: 'hotline', version: 1 } })).toEqual({
    id: 'orders',
    version: undefined,
    problems: [{ path: 'id', problem: 'found orders in the file of the feed hotline: put its id back, or save this as a new feed' }],
  })
  expect([readFileSync(join(directory, 'orders.yaml'), 'utf8'), started]).toEqual([yamlOf('orders'), []])
})

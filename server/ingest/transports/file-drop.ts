import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { MisconfiguredError } from '../transport.ts'
import type { Transport, TransportContext } from '../transport.ts'
import { collect } from './files/collect.ts'
import { LocalFolder } from './files/local-folder.ts'
import { fileOptions } from './files/options.ts'
import type { FileOptions } from './files/options.ts'

const options = z.strictObject({
  ...fileOptions,
  scanSeconds: z
    .number()
    .min(1)
    .default(10)
    .describe('每隔多少秒查看一次文件夹；此外还监视变化 · how often the folder is looked at, in seconds; besides, it is watched for changes'),
})

/** 文件交换: a folder that others write files into; each content is taken once. */
export const fileDrop: Transport<FileOptions> = {
  name: 'file-drop',
  schemes: ['file'],
  summary: {
    zh: '监视文件夹：只取写完的文件，每份内容只入库一次，随后归档；退回的文件移入 failed 并附原因',
    en: 'Watches a folder: takes only files that are complete, each content once, then archives them; refused ones go to failed/ with the reason',
  },
  options,
  usualCodec: 'csv',
  sample: `# a folder of <data>/drops; an absolute path such as file:///srv/exchange must be allowed by feedFolders in app.yaml
source: file:social-card
transport:
  pattern: '*.csv'      # or a list: ['*.csv', '*.txt']
  complete: stable      # or marker (a.csv.ok stands beside a.csv), or rename (written as a.csv.tmp, then renamed)
  stableSeconds: 5
  archive: move         # or delete, or leave
  order: name           # or time
  scanSeconds: 10
codec: csv
`,
  async run(context) {
    const path = await folderOf(context)
    await collect(context, new LocalFolder(path), (onChange) => watchFolder(path, onChange))
  },
}

/** A folder of our own is made, so that an integrator has somewhere to copy to; one of somebody else's must be there. */
async function folderOf({ feed, folder }: Pick<TransportContext<FileOptions>, 'feed' | 'folder'>): Promise<string> {
  const named = pathIn(feed.source)
  const path = folder(named)
  if (!isAbsolute(named)) await mkdir(path, { recursive: true })
  return path
}

/** The URL parser takes `file:a` for `file:///a`: whether a path is relative is seen in what was written only. */
function pathIn(source: string): string {
  try {
    const path = source.startsWith('file://') ? fileURLToPath(source) : decodeURIComponent(source.slice('file:'.length))
    if (path !== '') return path
  } catch {
    // told below, like the empty path
  }
  throw new MisconfiguredError(
    `source: ${JSON.stringify(source.slice(0, 80))} names no folder; write file:name for <data>/drops/name, or file:///srv/name`,
  )
}

/** Only makes it faster: where watching is not possible (a network share, no watches left), looking every `scanSeconds` is enough. */
function watchFolder(path: string, onChange: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, onChange)
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    // see above
    return () => undefined
  }
}

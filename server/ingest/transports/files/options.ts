import { z } from 'zod'

/** A name's pattern knows `*` and `?` only: matched without backtracking, so that no pattern can be slow. */
const patternSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((pattern) => !/[/\\]/.test(pattern), 'a name such as *.csv, without a folder: sub-folders are not read')

/** What a folder here and a folder on an SFTP server have in common. */
export const fileOptions = {
  pattern: z
    .union([patternSchema, z.array(patternSchema).min(1)])
    .default('*')
    .describe(
      '要取的文件名，如 *.csv，或几个这样的；* 代表任意多个字，? 代表一个；不分大小写 · names that are taken, such as *.csv, or a list of such; * is any letters, ? is one; capital letters make no difference',
    ),
  complete: z
    .enum(['stable', 'marker', 'rename'])
    .default('stable')
    .describe(
      '怎样判断文件已写完：stable（stableSeconds 秒内大小和时间不变）、marker（旁边有 .ok 或 .done）、rename（先写成 .tmp、.part 等，写完再改名） · how a whole file is told from a half-written one: stable (size and time did not change for stableSeconds), marker (an .ok or .done stands beside it), rename (written under another name such as .tmp or .part, then renamed)',
    ),
  stableSeconds: z.number().min(1).default(5).describe('用于 complete: stable，秒数 · for complete: stable, in seconds'),
  archive: z
    .enum(['move', 'delete', 'leave'])
    .default('move')
    .describe(
      '取走的文件怎样处理：move（移到 archive/<日>/）、delete 删除、leave 原处保留；被拒收的移到 failed/，除非 leave · what becomes of a file that is taken: move (to archive/<day>/), delete, leave; one that is refused goes to failed/ unless it is left',
    ),
  order: z
    .enum(['name', 'time'])
    .default('name')
    .describe('先取哪个：按文件名，或改动最早的 · which of several files is taken first: by name, or the one changed longest ago'),
} as const

export interface FileOptions {
  readonly pattern: string | readonly string[]
  readonly complete: 'stable' | 'marker' | 'rename'
  readonly stableSeconds: number
  readonly archive: 'move' | 'delete' | 'leave'
  readonly order: 'name' | 'time'
  readonly scanSeconds: number
}

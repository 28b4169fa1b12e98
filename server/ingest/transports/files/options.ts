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
    .describe('names that are taken, such as *.csv, or a list of such; * is any letters, ? is one; capital letters make no difference'),
  complete: z
    .enum(['stable', 'marker', 'rename'])
    .default('stable')
    .describe(
      'how a whole file is told from a half-written one: stable (size and time did not change for stableSeconds), marker (an .ok or .done stands beside it), rename (written under another name such as .tmp or .part, then renamed)',
    ),
  stableSeconds: z.number().min(1).default(5).describe('for complete: stable, in seconds'),
  archive: z
    .enum(['move', 'delete', 'leave'])
    .default('move')
    .describe('what becomes of a file that is taken: move (to archive/<day>/), delete, leave; one that is refused goes to failed/ unless it is left'),
  order: z.enum(['name', 'time']).default('name').describe('which of several files is taken first: by name, or the one changed longest ago'),
} as const

export interface FileOptions {
  readonly pattern: string | readonly string[]
  readonly complete: 'stable' | 'marker' | 'rename'
  readonly stableSeconds: number
  readonly archive: 'move' | 'delete' | 'leave'
  readonly order: 'name' | 'time'
  readonly scanSeconds: number
}

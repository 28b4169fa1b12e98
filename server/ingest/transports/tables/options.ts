import { z } from 'zod'

const nameSchema = z
  .string()
  .min(1)
  .max(64)
  // a NUL would end the name early inside the database
  .refine((name) => !name.includes('\0'), 'a name without the character NUL')
const tableSchema = z
  .string()
  .max(130)
  .refine((table) => table.split('.').every((part) => part.length > 0 && part.length <= 64 && !part.includes('\0')) && table.split('.').length <= 2, {
    message: 'a table, or schema.table',
  })
const valueSchema = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()])

const connection = {
  table: tableSchema.describe('table or view that is read: name, or schema.name; exactly as the database writes it, capital letters too'),
  columns: z.array(nameSchema).min(1).optional().describe('columns that are read; left out, all of them'),
  where: z
    .record(nameSchema, valueSchema)
    .default({})
    .describe('only rows whose columns have these values, such as {qybs: 1}; null is for rows without a value'),
  jsonColumns: z.array(nameSchema).default([]).describe('text columns that hold JSON, to be read as such'),
  pageRows: z.int().min(1).max(10_000).default(1_000).describe('rows read and recorded at a time'),
  pollSeconds: z.number().min(1).default(60).describe('how often the table is asked, in seconds'),
  statementTimeoutSeconds: z.number().positive().max(3_600).default(30).describe('a question that takes the database longer is given up'),
  passwordSecret: z
    .string()
    .min(1)
    .optional()
    .describe("name of the secret that holds the user's password; left out where the database asks for none"),
  tls: z
    .enum(['off', 'encrypted', 'verified'])
    .default('off')
    .describe('off; encrypted (to whatever server answers); verified (its certificate is checked, against caSecret or what this machine trusts)'),
  caSecret: z.string().min(1).optional().describe('name of the secret that holds the certificate (PEM) of the authority for tls: verified'),
}

const incremental = z.strictObject({
  mode: z.literal('incremental').describe('rows that are new since the last time, by a column that grows'),
  ...connection,
  column: nameSchema.describe(
    'column that grows with every new or changed row: a number, or the time of the last change; rows without a value are not read',
  ),
  tieBreaker: nameSchema.describe(
    'column that tells rows with the same value apart, mostly the primary key; the same as `column` where that never repeats',
  ),
  overlapSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .optional()
    .describe(
      'how far back each reading begins, for rows that are committed late; what was read before is not taken again. Usually 60 where `column` is a time, and of no use elsewhere',
    ),
})
const batch = z.strictObject({
  mode: z.literal('batch').describe('whole batches, each once, when they are complete'),
  ...connection,
  batchColumn: nameSchema.describe('column that holds the id of the batch a row belongs to; without `status` ids must grow'),
  tieBreaker: nameSchema.describe('column that tells the rows of one batch apart, mostly the primary key'),
  status: z
    .strictObject({
      table: tableSchema.describe('table that says which batches are complete'),
      batchColumn: nameSchema.describe('its column with the id of the batch'),
      statusColumn: nameSchema.describe('its column with the state'),
      complete: valueSchema.describe('the state that means complete'),
    })
    .optional()
    .describe('where it is written that a batch is complete; left out, a batch is complete when the next one has begun'),
})
const full = z.strictObject({
  mode: z.literal('full').describe('the whole table each time; only rows that are new or changed are taken'),
  ...connection,
  key: nameSchema.describe('column that tells rows apart, the primary key'),
  mostRows: z.int().min(1).max(1_000_000).default(100_000).describe('a longer table is refused: read it by increments or batches'),
})

/** `transport` of a feed that reads a table. */
export const tableOptions = z.discriminatedUnion('mode', [incremental, batch, full])
export type TableOptions = z.infer<typeof tableOptions>
export type IncrementalOptions = z.infer<typeof incremental>
export type BatchOptions = z.infer<typeof batch>
export type FullOptions = z.infer<typeof full>
export type FilterValue = z.infer<typeof valueSchema>

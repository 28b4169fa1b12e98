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
  table: tableSchema.describe(
    '要读的表或视图：表名，或 模式名.表名；与数据库里写的完全一致，包括大小写 · table or view that is read: name, or schema.name; exactly as the database writes it, capital letters too',
  ),
  columns: z.array(nameSchema).min(1).optional().describe('要读的列；不写则读全部 · columns that are read; left out, all of them'),
  where: z
    .record(nameSchema, valueSchema)
    .default({})
    .describe(
      '只读这些列等于这些值的行，如 {qybs: 1}；null 表示该列无值 · only rows whose columns have these values, such as {qybs: 1}; null is for rows without a value',
    ),
  jsonColumns: z.array(nameSchema).default([]).describe('存放 JSON 的文本列，按 JSON 读出 · text columns that hold JSON, to be read as such'),
  pageRows: z.int().min(1).max(10_000).default(1_000).describe('一次读入并入库的行数 · rows read and recorded at a time'),
  pollSeconds: z.number().min(1).default(60).describe('每隔多少秒查询一次 · how often the table is asked, in seconds'),
  statementTimeoutSeconds: z
    .number()
    .positive()
    .max(3_600)
    .default(30)
    .describe('查询超过此秒数就放弃 · a question that takes the database longer is given up'),
  passwordSecret: z
    .string()
    .min(1)
    .optional()
    .describe(
      "存放用户口令的密钥名；数据库不要口令则不写 · name of the secret that holds the user's password; left out where the database asks for none",
    ),
  tls: z
    .enum(['off', 'encrypted', 'verified'])
    .default('off')
    .describe(
      'off 不加密；encrypted 加密（不核对对方）；verified 核对证书（用 caSecret，或本机信任的机构） · off; encrypted (to whatever server answers); verified (its certificate is checked, against caSecret or what this machine trusts)',
    ),
  caSecret: z
    .string()
    .min(1)
    .optional()
    .describe('tls: verified 时存放机构证书（PEM）的密钥名 · name of the secret that holds the certificate (PEM) of the authority for tls: verified'),
}

const incremental = z.strictObject({
  mode: z
    .literal('incremental')
    .describe('增量：按一个只增不减的列，取上次之后的新行 · rows that are new since the last time, by a column that grows'),
  ...connection,
  column: nameSchema.describe(
    '每新增或改动一行就变大的列：数字，或最后修改时间；该列无值的行不读 · column that grows with every new or changed row: a number, or the time of the last change; rows without a value are not read',
  ),
  tieBreaker: nameSchema.describe(
    '区分同值各行的列，多为主键；若 column 从不重复，可与之相同 · column that tells rows with the same value apart, mostly the primary key; the same as `column` where that never repeats',
  ),
  overlapSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .optional()
    .describe(
      '每次往回多读多少，以便取到提交较晚的行；读过的不会再取。column 是时间时通常写 60，否则无用 · how far back each reading begins, for rows that are committed late; what was read before is not taken again. Usually 60 where `column` is a time, and of no use elsewhere',
    ),
})
const batch = z.strictObject({
  mode: z.literal('batch').describe('按批次：批次齐全后整批读取，每批一次 · whole batches, each once, when they are complete'),
  ...connection,
  batchColumn: nameSchema.describe(
    '记载所属批次号的列；不写 status 时批次号须递增 · column that holds the id of the batch a row belongs to; without `status` ids must grow',
  ),
  tieBreaker: nameSchema.describe('区分同一批各行的列，多为主键 · column that tells the rows of one batch apart, mostly the primary key'),
  status: z
    .strictObject({
      table: tableSchema.describe('记载哪些批次已齐全的表 · table that says which batches are complete'),
      batchColumn: nameSchema.describe('该表里的批次号列 · its column with the id of the batch'),
      statusColumn: nameSchema.describe('该表里的状态列 · its column with the state'),
      complete: valueSchema.describe('表示齐全的状态值 · the state that means complete'),
    })
    .optional()
    .describe(
      '批次齐全记在哪里；不写则下一批开始即视为上一批齐全 · where it is written that a batch is complete; left out, a batch is complete when the next one has begun',
    ),
})
const full = z.strictObject({
  mode: z
    .literal('full')
    .describe('全量：每次读整张表，只取新增或有变化的行 · the whole table each time; only rows that are new or changed are taken'),
  ...connection,
  key: nameSchema.describe('区分各行的列，即主键 · column that tells rows apart, the primary key'),
  mostRows: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100_000)
    .describe('表比这更长则拒收：请改用增量或批次 · a longer table is refused: read it by increments or batches'),
})

/** `transport` of a feed that reads a table. */
export const tableOptions = z.discriminatedUnion('mode', [incremental, batch, full])
export type TableOptions = z.infer<typeof tableOptions>
export type IncrementalOptions = z.infer<typeof incremental>
export type BatchOptions = z.infer<typeof batch>
export type FullOptions = z.infer<typeof full>
export type FilterValue = z.infer<typeof valueSchema>

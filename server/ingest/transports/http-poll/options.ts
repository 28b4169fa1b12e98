import { z } from 'zod'
import { tlsSchema } from '../../tls-options.ts'

const secretName = z.string().min(1)
const template = z.string()

const signedParts = ['method', 'path', 'pathname', 'query', 'host', 'timestamp', 'nonce', 'keyId', 'body', 'bodyDigest'] as const

/**
 * HMAC signatures, as gateways ask for them. Two that are often met:
 *
 * 海康 iSecure Center (Artemis), each part on a line and the path with its query:
 *   { type: hmac, algorithm: sha256, keySecret: artemis-secret, keyId: '20260001', keyIdHeader: x-ca-key,
 *     sign: [method, 'header:accept', 'header:content-type', 'line:x-ca-key', 'line:x-ca-nonce', 'line:x-ca-timestamp', path],
 *     separator: "\n", encoding: base64, header: x-ca-signature,
 *     timestamp: { header: x-ca-timestamp, format: ms }, nonceHeader: x-ca-nonce }
 *   with headers: { accept: '*∕*', content-type: application/json, x-ca-signature-headers: 'x-ca-key,x-ca-nonce,x-ca-timestamp' }
 *
 * 国家数据共享平台, the requester, the service and the time run together:
 *   { type: hmac, algorithm: sha256, keySecret: gjgxjhpt-key, sign: ['header:gjgxjhpt_sid', 'header:gjgxjhpt_rid', timestamp],
 *     separator: '', encoding: base64, header: gjgxjhpt_sign, timestamp: { header: gjgxjhpt_rtime, format: ms } }
 *   with headers: { gjgxjhpt_rid: ours, gjgxjhpt_sid: the service's }
 */
const hmacSchema = z.strictObject({
  type: z.literal('hmac'),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256').describe('HMAC 的散列算法 · of the HMAC'),
  keySecret: secretName.describe('存放密钥的密钥名 · name of the secret that is the key'),
  keyId: z.string().optional().describe('上游用来识别我方密钥的标识 · what the upstream knows our key by'),
  keyIdHeader: z.string().optional().describe('携带 keyId 的请求头 · header that carries keyId'),
  sign: z
    .array(
      z.union([
        z.enum(signedParts),
        z.string().regex(/^(?:header|line|text):/, `one of ${signedParts.join(', ')}, header:<name>, line:<name>, text:<text>`),
      ]),
    )
    .min(1)
    .describe(
      '依次参与签名的内容：path（含查询串）、pathname、query（排序后）、bodyDigest、header:<名>（其值）、line:<名>（名:值）、text:<文字> … · what is signed, in order: path (with the query), pathname, query (sorted), bodyDigest, header:<name> (its value), line:<name> (name:value), text:<text> …',
    ),
  separator: z.string().default('\n').describe('各签名内容之间的分隔符 · between the signed parts'),
  encoding: z.enum(['hex', 'base64']).default('base64').describe('签名的编码 · of the signature'),
  bodyDigest: z
    .enum(['md5-base64', 'md5-hex', 'sha256-base64', 'sha256-hex'])
    .default('sha256-hex')
    .describe('bodyDigest 的算法 · how the part bodyDigest is made'),
  header: z.string().describe('携带签名的请求头 · header that carries the signature'),
  prefix: z.string().default('').describe('签名前的前缀 · before the signature in its header'),
  timestamp: z
    .strictObject({
      header: z.string().describe('请求头名 · its name'),
      format: z.enum(['ms', 's', 'iso', 'local']).default('ms').describe('时间的写法 · how the time is written'),
    })
    .optional()
    .describe(
      '携带时间的请求头：毫秒、秒、ISO 8601（UTC），或 local：按供数时区的 yyyy-MM-dd HH:mm:ss · header for the time: epoch ms or s, ISO 8601 (UTC), or local: yyyy-MM-dd HH:mm:ss in the zone of the feed',
    ),
  nonceHeader: z.string().optional().describe('携带一次性随机值的请求头 · header for a value that is used once'),
})

const oauthSchema = z.strictObject({
  type: z.literal('oauth2'),
  tokenUrl: z
    .url({ protocol: /^https?$/ })
    .describe('发放令牌的地址；其主机也须列入 feedHosts · where tokens are given out; its host must be named in feedHosts too'),
  clientId: z.string().describe('我方的客户端标识 · who we are there'),
  clientSecret: secretName.describe('存放客户端密钥的密钥名 · name of the secret that is the client secret'),
  clientAuth: z
    .enum(['basic', 'body'])
    .default('basic')
    .describe('两者怎样发送：HTTP Basic，或表单 · how the two are sent: as HTTP Basic, or in the form'),
  scope: z.string().optional().describe('令牌的用途范围 · what the token is for'),
  tokenPath: z.string().default('access_token').describe('令牌在应答里的位置 · where the token stands in the answer'),
  expiresPath: z.string().default('expires_in').describe('有效秒数在应答里的位置 · where its life in seconds stands in the answer'),
})

const authSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none').describe('怎样表明我方身份 · how we say who we are') }),
  z.strictObject({
    type: z.literal('basic'),
    passwordSecret: secretName.describe('存放 source 里用户口令的密钥名 · name of the secret that is the password of the user in source'),
  }),
  z.strictObject({ type: z.literal('bearer'), tokenSecret: secretName.describe('存放令牌的密钥名 · name of the secret that is the token') }),
  hmacSchema,
  oauthSchema,
])

const pagingSchema = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('none').describe('应答分多页时怎样取 · how an answer in several pages is asked for') }),
  z.strictObject({
    style: z.literal('page'),
    param: z
      .string()
      .optional()
      .describe('页码的参数名；也可在 body 里写 {{page}} · parameter for the number of the page; or write {{page}} into body'),
    from: z.int().min(0).default(1).describe('第一页的页码 · number of the first page'),
    sizeParam: z.string().optional().describe('每页条数的参数名；或写 {{size}} · parameter for the size of a page; or {{size}}'),
    size: z.int().min(1).default(100).describe('整页的条数：不满即为最后一页 · messages of a full page: one with fewer is the last'),
    items: z
      .string()
      .default('')
      .describe(
        '列表在应答里的位置，如 data.list；空则应答本身就是列表 · where the list stands in the answer, such as data.list; empty: the answer is the list',
      ),
  }),
  z.strictObject({
    style: z.literal('cursor'),
    param: z.string().optional().describe('游标的参数名；也可在 body 里写 {{cursor}} · parameter for the cursor; or write {{cursor}} into body'),
    path: z
      .string()
      .min(1)
      .describe(
        '下一个游标在应答里的位置，如 data.next；没有或与上次相同即到末尾 · where the next cursor stands in the answer, such as data.next; without one, or with the same again, there is no more',
      ),
    start: z.string().optional().describe('第一次请求的游标 · cursor of the very first request'),
  }),
])

const sinceSchema = z.strictObject({
  param: z
    .string()
    .optional()
    .describe('“已取到哪里”的参数名；也可在 body 或 query 里写 {{since}} · parameter for what we have up to; or write {{since}} into body or query'),
  path: z
    .string()
    .min(1)
    .describe(
      '取值在应答里的位置，如 data.list[].updatedAt；记住最大的 · where the values stand in the answer, such as data.list[].updatedAt; the highest is kept',
    ),
  start: z.string().optional().describe('第一次请求的值 · value of the very first request'),
})

const fieldsSchema = z.strictObject({
  pollSeconds: z.number().min(1).default(60).describe('两次轮询开始之间的秒数 · between the beginnings of two polls'),
  method: z.enum(['GET', 'POST']).default('GET').describe('请求方法 · of the request'),
  query: z
    .record(z.string(), template)
    .default({})
    .describe(
      '地址参数；{{now}}、{{since}}、{{page}}、{{size}}、{{cursor}} 会被填入 · parameters of the address; {{now}}, {{since}}, {{page}}, {{size}} and {{cursor}} are filled in',
    ),
  querySecrets: z
    .record(z.string(), secretName)
    .default({})
    .describe('地址参数 → 存放其值的密钥名 · parameter of the address → name of the secret that is its value'),
  body: template
    .optional()
    .describe('POST 的内容；填法同 query，{{secret:名称}} 代表该密钥 · of a POST; filled in like query, and {{secret:name}} stands for that secret'),
  contentType: z.string().default('application/json').describe('body 的类型 · of body'),
  timeFormat: z
    .enum(['ms', 's', 'iso', 'local'])
    .default('ms')
    .describe('{{now}} 的写法，同 auth.timestamp.format · of {{now}}: as in auth.timestamp.format'),
  headers: z.record(z.string(), z.string()).default({}).describe('请求方法 · of the request'),
  headerSecrets: z.record(z.string(), secretName).default({}).describe('请求头 → 存放其值的密钥名 · header → name of the secret that is its value'),
  auth: authSchema
    .default({ type: 'none' })
    .describe('none、basic、bearer、hmac 或 oauth2（客户端凭证） · none, basic, bearer, hmac or oauth2 (client credentials)'),
  conditional: z
    .boolean()
    .default(true)
    .describe(
      '上游支持时只取有变化的（ETag、Last-Modified）；不与分页同用 · asks only for what changed (ETag, Last-Modified) where the upstream tells; without paging',
    ),
  paging: pagingSchema.default({ style: 'none' }).describe('none 不分页、page 按页码、cursor 按游标 · none, page or cursor'),
  since: sinceSchema.optional().describe('只取比已有更新的；重启后仍记得 · asks only for what is newer than what we have; kept over restarts'),
  maxPages: z.int().min(1).default(100).describe('一次轮询最多几页；下次从那里继续 · of one poll; the next goes on from there'),
  connectSeconds: z.number().positive().default(10).describe('须在此秒数内连上 · the connection must stand after this long'),
  timeoutSeconds: z.number().positive().default(60).describe('完整应答须在此秒数内到达 · a whole answer must be there after this long'),
  tls: tlsSchema.optional().describe('https 用的证书 · certificates, for https'),
})

export const httpPollSchema = fieldsSchema.superRefine((options, context) => {
  const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message })
  const { paging, since } = options
  if (options.body !== undefined && options.method === 'GET') refuse(['body'], 'a GET has no body; say method: POST')
  if (paging.style !== 'none' && !isTold(options, paging.param, paging.style === 'page' ? 'page' : 'cursor'))
    refuse(['paging', 'param'], `nothing asks for the next ${paging.style}: give param, or write {{${paging.style}}} into body or query`)
  if (since === undefined) return
  if (!isTold(options, since.param, 'since')) refuse(['since', 'param'], 'nothing asks for it: give param, or write {{since}} into body or query')
  if (paging.style === 'cursor') refuse(['since'], 'a cursor says already how far we have read; leave since out')
})

/** Whether a request says a value: as a parameter, or in what is filled in. */
function isTold({ body = '', query }: z.infer<typeof fieldsSchema>, param: string | undefined, name: string): boolean {
  return param !== undefined || [body, ...Object.values(query)].some((text) => new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(text))
}

export type HttpPollOptions = z.infer<typeof httpPollSchema>
export type Authorization = HttpPollOptions['auth']
export type HmacOptions = Extract<Authorization, { type: 'hmac' }>
export type OauthOptions = Extract<Authorization, { type: 'oauth2' }>

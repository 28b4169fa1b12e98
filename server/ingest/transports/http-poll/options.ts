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
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256').describe('of the HMAC'),
  keySecret: secretName.describe('name of the secret that is the key'),
  keyId: z.string().optional().describe('what the upstream knows our key by'),
  keyIdHeader: z.string().optional().describe('header that carries keyId'),
  sign: z
    .array(
      z.union([
        z.enum(signedParts),
        z.string().regex(/^(?:header|line|text):/, `one of ${signedParts.join(', ')}, header:<name>, line:<name>, text:<text>`),
      ]),
    )
    .min(1)
    .describe(
      'what is signed, in order: path (with the query), pathname, query (sorted), bodyDigest, header:<name> (its value), line:<name> (name:value), text:<text> …',
    ),
  separator: z.string().default('\n').describe('between the signed parts'),
  encoding: z.enum(['hex', 'base64']).default('base64').describe('of the signature'),
  bodyDigest: z.enum(['md5-base64', 'md5-hex', 'sha256-base64', 'sha256-hex']).default('sha256-hex').describe('how the part bodyDigest is made'),
  header: z.string().describe('header that carries the signature'),
  prefix: z.string().default('').describe('before the signature in its header'),
  timestamp: z
    .strictObject({
      header: z.string().describe('its name'),
      format: z.enum(['ms', 's', 'iso', 'local']).default('ms').describe('how the time is written'),
    })
    .optional()
    .describe('header for the time: epoch ms or s, ISO 8601 (UTC), or local: yyyy-MM-dd HH:mm:ss in the zone of the feed'),
  nonceHeader: z.string().optional().describe('header for a value that is used once'),
})

const oauthSchema = z.strictObject({
  type: z.literal('oauth2'),
  tokenUrl: z.url({ protocol: /^https?$/ }).describe('where tokens are given out; its host must be named in feedHosts too'),
  clientId: z.string().describe('who we are there'),
  clientSecret: secretName.describe('name of the secret that is the client secret'),
  clientAuth: z.enum(['basic', 'body']).default('basic').describe('how the two are sent: as HTTP Basic, or in the form'),
  scope: z.string().optional().describe('what the token is for'),
  tokenPath: z.string().default('access_token').describe('where the token stands in the answer'),
  expiresPath: z.string().default('expires_in').describe('where its life in seconds stands in the answer'),
})

const authSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none').describe('how we say who we are') }),
  z.strictObject({ type: z.literal('basic'), passwordSecret: secretName.describe('name of the secret that is the password of the user in source') }),
  z.strictObject({ type: z.literal('bearer'), tokenSecret: secretName.describe('name of the secret that is the token') }),
  hmacSchema,
  oauthSchema,
])

const pagingSchema = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('none').describe('how an answer in several pages is asked for') }),
  z.strictObject({
    style: z.literal('page'),
    param: z.string().optional().describe('parameter for the number of the page; or write {{page}} into body'),
    from: z.int().min(0).default(1).describe('number of the first page'),
    sizeParam: z.string().optional().describe('parameter for the size of a page; or {{size}}'),
    size: z.int().min(1).default(100).describe('messages of a full page: one with fewer is the last'),
    items: z.string().default('').describe('where the list stands in the answer, such as data.list; empty: the answer is the list'),
  }),
  z.strictObject({
    style: z.literal('cursor'),
    param: z.string().optional().describe('parameter for the cursor; or write {{cursor}} into body'),
    path: z
      .string()
      .min(1)
      .describe('where the next cursor stands in the answer, such as data.next; without one, or with the same again, there is no more'),
    start: z.string().optional().describe('cursor of the very first request'),
  }),
])

const sinceSchema = z.strictObject({
  param: z.string().optional().describe('parameter for what we have up to; or write {{since}} into body or query'),
  path: z.string().min(1).describe('where the values stand in the answer, such as data.list[].updatedAt; the highest is kept'),
  start: z.string().optional().describe('value of the very first request'),
})

const fieldsSchema = z.strictObject({
  pollSeconds: z.number().min(1).default(60).describe('between the beginnings of two polls'),
  method: z.enum(['GET', 'POST']).default('GET').describe('of the request'),
  query: z
    .record(z.string(), template)
    .default({})
    .describe('parameters of the address; {{now}}, {{since}}, {{page}}, {{size}} and {{cursor}} are filled in'),
  querySecrets: z.record(z.string(), secretName).default({}).describe('parameter of the address → name of the secret that is its value'),
  body: template.optional().describe('of a POST; filled in like query, and {{secret:name}} stands for that secret'),
  contentType: z.string().default('application/json').describe('of body'),
  timeFormat: z.enum(['ms', 's', 'iso', 'local']).default('ms').describe('of {{now}}: as in auth.timestamp.format'),
  headers: z.record(z.string(), z.string()).default({}).describe('of the request'),
  headerSecrets: z.record(z.string(), secretName).default({}).describe('header → name of the secret that is its value'),
  auth: authSchema.default({ type: 'none' }).describe('none, basic, bearer, hmac or oauth2 (client credentials)'),
  conditional: z.boolean().default(true).describe('asks only for what changed (ETag, Last-Modified) where the upstream tells; without paging'),
  paging: pagingSchema.default({ style: 'none' }).describe('none, page or cursor'),
  since: sinceSchema.optional().describe('asks only for what is newer than what we have; kept over restarts'),
  maxPages: z.int().min(1).default(100).describe('of one poll; the next goes on from there'),
  connectSeconds: z.number().positive().default(10).describe('the connection must stand after this long'),
  timeoutSeconds: z.number().positive().default(60).describe('a whole answer must be there after this long'),
  tls: tlsSchema.optional().describe('certificates, for https'),
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

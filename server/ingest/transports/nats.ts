import { DeliverPolicy, AckPolicy, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { ConsumerConfig, ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import { connect, credsAuthenticator, nanos } from '@nats-io/transport-node'
import type { ConnectionOptions, Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'
import { tlsConnection, tlsSchema } from '../tls-options.ts'
import { MisconfiguredError, NotTakenError } from '../transport.ts'
import type { Transport, TransportContext } from '../transport.ts'
import type { RawMessage } from '../codec.ts'
import { connectionTrouble } from './connection-trouble.ts'
import { placeOf, userOf } from './credentials.ts'
import { DeliveryWindow } from './delivery-window.ts'
import { createEnding } from './ending.ts'
import type { Ending } from './ending.ts'
import { deliverPatiently } from './patient-delivery.ts'

const name = z.string().regex(/^[^\s.*>/\\]+$/, 'no spaces, dots, *, > or slashes')
const optionsSchema = z
  .strictObject({
    subjects: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        '主题，如 sensors.*.level 或 alarms.>；同一个流取多个主题需要 NATS 2.10 · subjects such as sensors.*.level or alarms.>; more than one of a stream needs NATS 2.10',
      ),
    stream: name
      .optional()
      .describe(
        '存放这些主题的 JetStream 流。不写则为普通 NATS，不会重发：我们不在时的消息会丢失 · JetStream stream that holds them. Absent: plain NATS, which sends nothing again; what comes while we are away is lost',
      ),
    durable: name
      .optional()
      .describe(
        '持久消费者，没有则新建；通常是 yiping-<供数>-<安装> · durable consumer, made when it is not there; usually yiping-<feed>-<installation>',
      ),
    from: z
      .enum(['all', 'new'])
      .default('all')
      .describe(
        '新建的消费者从哪里开始：流里的全部，或从现在起 · what a consumer that is made now begins with: all that the stream holds, or what comes from now on',
      ),
    ackWaitSeconds: z
      .number()
      .min(1)
      .default(30)
      .describe('此秒数内未确认的消息 JetStream 会重发 · JetStream sends again what was not acknowledged for this long'),
    maxAckPending: z.int().min(1).max(1_000).default(500).describe('同时在途的消息条数 · messages under way at the same time'),
    queueGroup: name.optional().describe('普通 NATS：写同一个名字的各方分摊消息 · plain NATS: messages are divided among all who give the same name'),
    passwordSecret: z.string().optional().describe('存放 source 里用户口令的密钥名 · name of the secret that is the password of the user in source'),
    tokenSecret: z.string().optional().describe('存放令牌的密钥名 · name of the secret that is the token'),
    credsSecret: z.string().optional().describe('存放 .creds 文件内容的密钥名 · name of the secret that holds the text of a .creds file'),
    connectSeconds: z.number().positive().default(10).describe('服务器须在此秒数内接受连接 · the server must have accepted us after this long'),
    tls: tlsSchema.optional().describe('tls 用的证书 · certificates, for tls'),
  })
  .refine(({ stream, durable }) => stream !== undefined || durable === undefined, {
    path: ['durable'],
    message: 'durable is for JetStream: name the stream',
  })
  .refine(({ stream, queueGroup }) => stream === undefined || queueGroup === undefined, {
    path: ['queueGroup'],
    message: 'with a stream, those who give the same durable divide its messages; leave queueGroup out',
  })
type NatsOptions = z.infer<typeof optionsSchema>
type Context = TransportContext<NatsOptions>

/** NATS: a durable pull consumer of a JetStream stream, acknowledged once recorded; or, without a stream, a plain subscription. */
export const natsTransport: Transport<NatsOptions> = {
  name: 'nats',
  schemes: ['nats', 'tls'],
  summary: {
    zh: 'NATS：JetStream 持久消费者，入库后确认；未指定 stream 时为普通订阅，最多一次，断线期间的消息会丢失',
    en: 'NATS: durable JetStream consumer, acknowledged once recorded; without a stream a plain subscription, at most once: what comes while we are away is lost',
  },
  options: optionsSchema,
  usualCodec: 'json',
  sample: `source: nats://yiping@10.20.0.8:4222
transport:
  stream: SENSORS
  subjects: [sensors.>]
  # from YIPING_SECRET_NATS_PASSWORD or <data>/secrets/nats-password
  passwordSecret: nats-password
codec: json
`,
  async run(context) {
    const place = placeOf(context.url, 4222)
    const options = await connectionOptions(context, place)
    const ending = createEnding(context.signal)
    const opening = connect(options)
    try {
      // a server that hangs must not keep the feed from ending
      const connection = await Promise.race([opening, ending.over])
      if (connection === undefined) closeOnceOpen(opening)
      else await bring(connection, context, ending).finally(() => connection.close())
    } catch (error) {
      throw troubleOf(place.text, error, context)
    }
  },
}

function closeOnceOpen(opening: Promise<NatsConnection>): void {
  opening.then(
    (connection) => connection.close(),
    () => undefined,
  )
}

async function connectionOptions(context: Context, place: { readonly host: string; readonly port: number }): Promise<ConnectionOptions> {
  const { passwordSecret, tokenSecret, credsSecret, connectSeconds, tls } = context.options
  const { address, family } = await context.hosts.resolve(place.host, place.port)
  const user = userOf(context.url)
  return {
    servers: `${family === 6 ? `[${address}]` : address}:${String(place.port)}`,
    name: `yiping ${context.feed.id}`,
    timeout: connectSeconds * 1_000,
    // the runner comes again, later and later, and through the host guard
    reconnect: false,
    ignoreClusterUpdates: true,
    resolve: false,
    pingInterval: 30_000,
    tls: context.url.protocol === 'tls:' ? tlsConnection(tls, place.host, context) : null,
    ...(user === undefined ? {} : { user }),
    ...(passwordSecret === undefined ? {} : { pass: context.secret(passwordSecret) }),
    ...(tokenSecret === undefined ? {} : { token: context.secret(tokenSecret) }),
    ...(credsSecret === undefined ? {} : { authenticator: credsAuthenticator(new TextEncoder().encode(context.secret(credsSecret))) }),
  }
}

async function bring(connection: NatsConnection, context: Context, ending: Ending): Promise<void> {
  const window = new DeliveryWindow((error) => ending.fail(error), context.options.maxAckPending)
  // what was received before the connection was lost is handed on first: plain NATS does not send it again
  connection.closed().then(
    (error) => window.whenIdle(() => ending.fail(error ?? new Error('the server broke the connection off'))),
    (error: unknown) => ending.fail(error),
  )
  context.alive()
  const { stream } = context.options
  if (stream === undefined) subscribe(connection, { context, ending, window })
  else await consume(connection, { context, ending, window, stream })
  await ending.over
}

const longestQueue = 10_000
const largestQueueBytes = 64 * 1024 * 1024

/** Plain NATS has no way to make the server wait: when the queue is full we leave, say so, and come again when it is worked off. */
function subscribe(connection: NatsConnection, { context, ending, window }: Bringing): void {
  let queued = 0
  let queuedBytes = 0
  let hasLeft = false
  const receive = (message: Msg): void => {
    if (hasLeft) return
    queued += 1
    queuedBytes += message.data.length
    if (queued >= longestQueue || queuedBytes > largestQueueBytes)
      leave(new Error('messages come faster than they can be recorded; name a JetStream stream that holds them'))
    window.whenRoom(() => {
      queued -= 1
      queuedBytes -= message.data.length
      window.start(deliverPatiently(context, rawOf(message)), message.data.length)
    })
  }
  const leave = (error: Error): void => {
    hasLeft = true
    window.whenIdle(() => ending.fail(error))
    connection.close().catch(() => undefined)
  }
  const { queueGroup } = context.options
  for (const subject of context.options.subjects)
    connection.subscribe(subject, {
      ...(queueGroup === undefined ? {} : { queue: queueGroup }),
      callback: (error, message) => {
        if (error === null) receive(message)
        else leave(error)
      },
    })
}

interface Bringing {
  readonly context: Context
  readonly ending: Ending
  readonly window: DeliveryWindow
}

async function consume(connection: NatsConnection, { context, ending, window, stream }: Bringing & { readonly stream: string }): Promise<void> {
  const durable = context.options.durable ?? `yiping-${context.feed.id}-${context.installation}`
  await ensureConsumer(connection, { context, stream, durable })
  const consumer = await jetstream(connection).consumers.get(stream, durable)
  const messages = await consumer.consume({ max_messages: Math.min(200, context.options.maxAckPending), abort_on_missing_resource: true })
  hear(messages, context)
  take(messages, { context, ending, window }).catch((error: unknown) => ending.fail(error))
}

/** Heartbeats of an idle stream are a sign of life. */
function hear(messages: ConsumerMessages, context: Context): void {
  const listen = async (): Promise<void> => {
    for await (const { type } of messages.status()) if (type === 'heartbeat') context.alive()
  }
  // that the messages end is told where they are taken
  listen().catch(() => undefined)
}

async function take(messages: ConsumerMessages, { context, ending, window }: Bringing): Promise<void> {
  for await (const message of messages) {
    if (ending.isOver) return
    window.start(deliver(message, context, ending), message.data.length)
    await window.room()
  }
  if (!ending.isOver) throw new Error('the consumer ended')
}

const notTakenWaitMs = 5_000

async function deliver(message: JsMsg, context: Context, ending: Ending): Promise<void> {
  try {
    await context.deliver(rawOf(message))
    if (!ending.isOver) message.ack()
  } catch (error) {
    if (!(error instanceof NotTakenError)) throw error
    if (!ending.isOver) message.nak(notTakenWaitMs)
  }
}

function rawOf(message: { readonly data: Uint8Array; readonly subject: string; readonly headers?: MsgHdrs | undefined }): RawMessage {
  const { buffer, byteOffset, byteLength } = message.data
  const contentType = message.headers?.get('Content-Type')
  return {
    body: Buffer.from(buffer, byteOffset, byteLength),
    origin: message.subject,
    contentType: contentType === '' ? undefined : contentType,
  }
}

/** Makes the consumer, or brings what of it may change to what the feed says. */
async function ensureConsumer(
  connection: NatsConnection,
  { context, stream, durable }: { readonly context: Context; readonly stream: string; readonly durable: string },
): Promise<void> {
  const { subjects, from, ackWaitSeconds, maxAckPending } = context.options
  const { consumers } = await jetstreamManager(connection, { checkAPI: false })
  const wanted: Partial<ConsumerConfig> = { ack_wait: nanos(ackWaitSeconds * 1_000), max_ack_pending: maxAckPending, ...filterOf(subjects) }
  const existing = await consumers.info(stream, durable).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === consumerNotFound) return undefined
    throw error
  })
  if (existing === undefined) {
    const deliverPolicy = from === 'all' ? DeliverPolicy.All : DeliverPolicy.New
    await consumers.add(stream, { durable_name: durable, ack_policy: AckPolicy.Explicit, deliver_policy: deliverPolicy, ...wanted })
  } else if (!isAsWanted(existing.config, wanted)) {
    await consumers.update(stream, durable, { ...withoutFilter(existing.config), ...wanted })
  }
}

const consumerNotFound = 10_014
const streamNotFound = 10_059

/** One subject is said in the old way, which servers before 2.10 understand too. */
function filterOf(subjects: readonly string[]): Partial<ConsumerConfig> {
  return subjects.length === 1 ? { filter_subject: subjects[0] ?? '' } : { filter_subjects: [...subjects] }
}

/** An update keeps what it does not name, and a consumer may not have both ways of saying its subjects. */
function withoutFilter({ filter_subject = '', filter_subjects }: ConsumerConfig): Partial<ConsumerConfig> {
  return { ...(filter_subject === '' ? {} : { filter_subject: '' }), ...(filter_subjects === undefined ? {} : { filter_subjects: [] }) }
}

function isAsWanted(config: ConsumerConfig, wanted: Partial<ConsumerConfig>): boolean {
  const { ack_wait, max_ack_pending, filter_subject, filter_subjects = [] } = config
  const subjects = [filter_subject ?? [], filter_subjects].flat().sort()
  const wantedSubjects = [wanted.filter_subject ?? [], wanted.filter_subjects ?? []].flat().sort()
  return ack_wait === wanted.ack_wait && max_ack_pending === wanted.max_ack_pending && subjects.join(' ') === wantedSubjects.join(' ')
}

function troubleOf(place: string, error: unknown, { options }: Context): Error {
  if (error instanceof NotTakenError || error instanceof MisconfiguredError) return error
  if (error instanceof JetStreamApiError && error.code === streamNotFound)
    return new Error(`${place}: there is no stream ${JSON.stringify(options.stream)}; name one of its streams, or have it made`, { cause: error })
  return connectionTrouble(place, error)
}

import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { MqttClient } from 'mqtt'
import type { IClientOptions, IPublishPacket } from 'mqtt'
import { z } from 'zod'
import { tlsConnection, tlsSchema } from '../tls-options.ts'
import type { Transport, TransportContext } from '../transport.ts'
import { connectionTrouble } from './connection-trouble.ts'
import { placeOf, userOf } from './credentials.ts'
import { DeliveryWindow } from './delivery-window.ts'
import { createEnding } from './ending.ts'
import type { Ending } from './ending.ts'
import { isMatching, sharedFilter } from './mqtt-topic.ts'
import { deliverPatiently } from './patient-delivery.ts'

const qosSchema = z.union([z.literal(0), z.literal(1), z.literal(2)])
const filterSchema = z.string().min(1)
const optionsSchema = z.strictObject({
  topics: z
    .array(z.union([filterSchema, z.strictObject({ filter: filterSchema, qos: qosSchema.default(1) })]))
    .min(1)
    .describe(
      '主题过滤器，如 sensors/+/level，或写成 {filter, qos}；不写 qos 则为 1 · topic filters such as sensors/+/level, or {filter, qos}; QoS 1 where none is given',
    ),
  protocolVersion: z
    .union([z.literal(4), z.literal(5)])
    .default(4)
    .describe(
      '4 即 MQTT 3.1.1，代理都支持；5 还能告诉代理最多可有多少条在途 · 4 is MQTT 3.1.1, which every broker speaks; 5 tells the broker how much may be under way',
    ),
  clientId: z
    .string()
    .optional()
    .describe(
      '通常是 yiping-<供数>-<安装>；我们不在时代理按此名保留消息 · usually yiping-<feed>-<installation>; the broker keeps what we miss under this name',
    ),
  passwordSecret: z.string().optional().describe('存放 source 里用户口令的密钥名 · name of the secret that is the password of the user in source'),
  cleanStart: z
    .boolean()
    .default(false)
    .describe('写 true 则我们离开后代理不再保留：其间的消息会丢失 · true lets the broker forget us when we are away: what it gets meanwhile is lost'),
  sessionExpirySeconds: z
    .int()
    .min(0)
    .max(0xffff_ffff)
    .default(86_400)
    .describe('MQTT 5：代理把我们错过的消息保留多久（秒） · MQTT 5: how long the broker keeps what we miss'),
  group: z
    .string()
    .regex(/^[^/+#]+$/)
    .optional()
    .describe('共享订阅：写同一个名字的各方分摊消息 · shared subscription: its messages are divided among all who give the same name'),
  retained: z
    .enum(['accept', 'ignore'])
    .default('accept')
    .describe('每个主题的保留消息，连上后代理立即发来 · the last message of each topic, which the broker sends at once'),
  keepaliveSeconds: z
    .int()
    .min(5)
    .max(65_535)
    .default(60)
    .describe('代理静默超过此秒数的一倍半，就断开重连 · a broker silent for one and a half times this is given up'),
  receiveMaximum: z
    .int()
    .min(1)
    .max(1_000)
    .default(500)
    .describe('同时在途的消息条数；MQTT 5 代理会被告知 · messages under way at the same time; an MQTT 5 broker is told so'),
  connectSeconds: z.number().positive().default(10).describe('代理须在此秒数内接受连接 · the broker must have accepted us after this long'),
  tls: tlsSchema.optional().describe('mqtts 用的证书 · certificates, for mqtts'),
})
type MqttOptions = z.infer<typeof optionsSchema>
type Context = TransportContext<MqttOptions>

/**
 * MQTT 3.1.1 and 5. QoS 1 and 2 are acknowledged when the message is recorded, so a broker that keeps our session sends again what was not;
 * QoS 0 is held until it is recorded, as it does not come again. QoS 2 goes one by one: it must be recorded before we say that we have it.
 */
export const mqttTransport: Transport<MqttOptions> = {
  name: 'mqtt',
  schemes: ['mqtt', 'mqtts'],
  summary: {
    zh: 'MQTT 3.1.1/5 订阅：入库后才确认（QoS 1/2），断线期间的消息由服务端保留',
    en: 'MQTT 3.1.1/5 subscription: acknowledged once recorded (QoS 1/2); the broker keeps what comes while we are away',
  },
  options: optionsSchema,
  usualCodec: 'json',
  sample: `source: mqtts://yiping@iot.example.cn:8883
transport:
  topics:
    - sensors/+/level
    - { filter: alarms/#, qos: 2 }
  # a broker keeps only so many messages for us and drops the rest: Mosquitto 1,000, unless its max_queued_messages says more
  # from YIPING_SECRET_IOT_PASSWORD or <data>/secrets/iot-password
  passwordSecret: iot-password
  tls: { caFile: iot-ca.pem }
codec: json
`,
  async run(context) {
    const isEncrypted = context.url.protocol === 'mqtts:'
    const place = placeOf(context.url, isEncrypted ? 8883 : 1883)
    const { address } = await context.hosts.resolve(place.host, place.port)
    const to = { host: address, port: place.port }
    const tls = isEncrypted ? { ...tlsConnection(context.options.tls, place.host, context), ...to } : undefined
    const clientOptions = clientOptionsOf(context)
    const ending = createEnding(context.signal)
    if (ending.isOver) return
    const client = new MqttClient(() => (tls === undefined ? connectTcp(to) : connectTls(tls)).setNoDelay(true), clientOptions)
    const window = receive(client, context, ending)
    watch(client, { context, ending, window, place: place.text })
    try {
      await ending.over
    } finally {
      await leave(client, context)
    }
  },
}

function clientOptionsOf(context: Context): IClientOptions {
  const { protocolVersion, passwordSecret, cleanStart, keepaliveSeconds, connectSeconds, sessionExpirySeconds, receiveMaximum } = context.options
  const user = userOf(context.url)
  return {
    protocolVersion,
    clientId: context.options.clientId ?? `yiping-${context.feed.id}-${context.installation}`,
    clean: cleanStart,
    keepalive: keepaliveSeconds,
    connectTimeout: connectSeconds * 1_000,
    // the runner comes again, later and later
    reconnectPeriod: 0,
    resubscribe: false,
    ...(user === undefined ? {} : { username: user }),
    ...(passwordSecret === undefined ? {} : { password: context.secret(passwordSecret) }),
    ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: sessionExpirySeconds, receiveMaximum } } : {}),
  }
}

interface Watch {
  readonly context: Context
  readonly ending: Ending
  readonly window: DeliveryWindow
  readonly place: string
}

/** Subscribes once the broker has accepted us, and tells why the connection ends. */
function watch(client: MqttClient, { context, ending, window, place }: Watch): void {
  // what was received before the connection was lost is handed on first: QoS 0 does not come again
  const lost = (error: Error): void => window.whenIdle(() => ending.fail(error))
  client.on('connect', () => {
    context.alive()
    subscribe(client, context).catch((error: unknown) => lost(connectionTrouble(place, error)))
  })
  client.on('packetreceive', ({ cmd }) => {
    if (cmd === 'pingresp') context.alive()
  })
  client.on('disconnect', ({ reasonCode }) => lost(new Error(`${place}: the broker ended the connection (${disconnectReason(reasonCode)})`)))
  client.on('error', (error) => lost(connectionTrouble(place, error)))
  client.on('close', () => lost(new Error(`${place}: the broker broke the connection off`)))
}

function disconnectReason(code: number | undefined): string {
  if (code === 0x8e) return 'another client took our clientId: is a second server running? Give each its own transport.clientId'
  return `reason ${String(code ?? 0)}`
}

async function subscribe(client: MqttClient, { options }: Context): Promise<void> {
  const isMqtt5 = options.protocolVersion === 5
  for (const { filter, qos } of filtersOf(options)) {
    const granted = await client.subscribeAsync({ [sharedFilter(filter, options.group)]: { qos, ...(isMqtt5 ? { rh: retainedOf(options) } : {}) } })
    if (granted.some((grant) => grant.qos === 128))
      throw new Error(`the broker refuses us the topics ${JSON.stringify(filter)}: we need the right to subscribe to them`)
  }
}

/** MQTT 5's retain handling; a broker refuses to send retained messages to shared subscriptions anyway. */
function retainedOf(options: MqttOptions): 0 | 2 {
  return options.retained === 'ignore' ? 2 : 0
}

function filtersOf(options: MqttOptions): readonly { readonly filter: string; readonly qos: 0 | 1 | 2 }[] {
  return options.topics.map((topic) => (typeof topic === 'string' ? { filter: topic, qos: 1 } : topic))
}

/**
 * The client offers one packet after the other and would wait for each. QoS 0 and 1 are taken from it at once, as many as there is room for, and
 * QoS 1 is acknowledged by ourselves, later, in order.
 */
function receive(client: MqttClient, context: Context, ending: Ending): DeliveryWindow {
  const filters = filtersOf(context.options).map(({ filter }) => filter)
  const window = new DeliveryWindow((error) => ending.fail(error), context.options.receiveMaximum)
  const acknowledge = createAcknowledgements(client, ending)
  const isWanted = ({ topic, retain }: IPublishPacket): boolean =>
    !(retain && context.options.retained === 'ignore') && filters.some((filter) => isMatching(topic, filter))
  client.handleMessage = (packet, next) => {
    const { qos, messageId = 0 } = packet
    // recorded already, before PUBREC
    if (qos === 2) {
      next()
      return
    }
    const delivery = isWanted(packet) ? deliver(packet, context) : Promise.resolve()
    window.start(delivery, packet.payload.length, qos === 1 ? () => acknowledge(messageId) : undefined)
    // an error is how the client is told not to acknowledge by itself; it goes on to the next packet
    const proceed = qos === 1 ? () => next(acknowledgedLater) : () => next()
    window.whenRoom(proceed)
  }
  client.options.customHandleAcks = (_topic, _message, packet: IPublishPacket, done: (error: Error | number, code?: number) => void) => {
    if (packet.qos !== 2 || !isWanted(packet)) {
      done(0)
      return
    }
    deliver(packet, context).then(
      () => done(0),
      (error: unknown) => ending.fail(error),
    )
  }
  return window
}

const acknowledgedLater = new Error('acknowledged when it is recorded')

async function deliver({ topic, payload, qos, properties }: IPublishPacket, context: Context): Promise<void> {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload
  const raw = { body, origin: topic, contentType: properties?.contentType }
  if (qos === 0) await deliverPatiently(context, raw)
  else await context.deliver(raw)
}

/** PUBACKs of one turn leave in one piece. They are the same four bytes in MQTT 3.1.1 and 5. */
function createAcknowledgements(client: MqttClient, ending: Ending): (messageId: number) => void {
  let pending: number[] = []
  const flush = (): void => {
    const bytes = Buffer.from(pending.flatMap((id) => [0x40, 2, id >> 8, id & 0xff]))
    pending = []
    if (!ending.isOver && client.connected) client.stream.write(bytes)
  }
  return (messageId) => {
    if (pending.length === 0) setImmediate(flush)
    pending.push(messageId)
  }
}

/** Says goodbye, so that the broker knows that nothing went wrong, and does not wait for an answer. */
async function leave(client: MqttClient, { clock }: Context): Promise<void> {
  if (!client.connected) {
    client.end(true)
    return
  }
  const closed = new Promise<void>((resolve) => client.once('close', resolve))
  const cancel = clock.after(goodbyeMs, () => client.stream.destroy())
  client.end(false)
  await closed
  cancel()
}
const goodbyeMs = 500

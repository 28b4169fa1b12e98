import WebSocket from 'ws'
import { z } from 'zod'
import { tlsConnection, tlsSchema } from '../tls-options.ts'
import type { Transport, TransportContext } from '../transport.ts'
import { connectionTrouble, quoted } from './connection-trouble.ts'
import { basicAuthorization, configuredHeaders, placeOf, userOf } from './credentials.ts'
import { DeliveryWindow } from './delivery-window.ts'
import { createEnding } from './ending.ts'
import type { Ending } from './ending.ts'
import { deliverPatiently } from './patient-delivery.ts'
import { fillTemplate } from './template.ts'

const optionsSchema = z.strictObject({
  headers: z.record(z.string(), z.string()).default({}).describe('握手时的请求头 · headers of the handshake'),
  headerSecrets: z.record(z.string(), z.string()).default({}).describe('请求头 → 存放其值的密钥名 · header → name of the secret that is its value'),
  querySecrets: z
    .record(z.string(), z.string())
    .default({})
    .describe('地址参数 → 存放其值的密钥名 · parameter of the address → name of the secret that is its value'),
  passwordSecret: z
    .string()
    .optional()
    .describe('存放 source 里用户口令的密钥名（HTTP Basic） · name of the secret that is the password of the user in source (HTTP Basic)'),
  subprotocols: z
    .array(z.string())
    .default([])
    .describe('向上游提出的子协议；上游一个都不接受则此供数失败 · offered to the upstream; the feed fails when it takes none of them'),
  subscribe: z
    .array(z.union([z.string(), z.looseObject({})]))
    .default([])
    .describe(
      '连上后发送的消息，文本或 JSON；{{secret:名称}} 代表该密钥 · messages sent once the connection stands, as text or as JSON; {{secret:name}} stands for that secret',
    ),
  pingSeconds: z
    .number()
    .positive()
    .default(30)
    .describe('两个此秒数内上游没有任何消息也不应答，就断开重连 · an upstream that lets two of these pass in silence, without a pong, is given up'),
  connectSeconds: z.number().positive().default(10).describe('须在此秒数内连上 · the connection must stand after this long'),
  tls: tlsSchema.optional().describe('wss 用的证书 · certificates, for wss'),
})
type WebSocketOptions = z.infer<typeof optionsSchema>
type Context = TransportContext<WebSocketOptions>

/** WebSocket client: each text or binary message is one message. What is not acknowledged cannot come again, so it is held until it is taken. */
export const webSocketTransport: Transport<WebSocketOptions> = {
  name: 'websocket',
  schemes: ['ws', 'wss'],
  summary: {
    zh: 'WebSocket 客户端：每条文本或二进制消息为一条报文；来不及入库时暂停接收',
    en: 'WebSocket client: every text or binary message is a message; pauses while recording does not keep up',
  },
  options: optionsSchema,
  usualCodec: 'json',
  sample: `source: wss://platform.example.cn/stream
transport:
  # sent once the connection stands; the secret comes from YIPING_SECRET_STREAM_TOKEN or <data>/secrets/stream-token
  subscribe:
    - { op: subscribe, channel: alarms, token: '{{secret:stream-token}}' }
  pingSeconds: 30
codec: json
`,
  async run(context) {
    const place = placeOf(context.url, context.url.protocol === 'wss:' ? 443 : 80)
    const { address, family } = await context.hosts.resolve(place.host, place.port)
    const ending = createEnding(context.signal)
    if (ending.isOver) return
    const socket = new WebSocket(addressOf(context), context.options.subprotocols, {
      headers: headersOf(context),
      handshakeTimeout: context.options.connectSeconds * 1_000,
      maxPayload: context.feed.limits.messageBytes,
      perMessageDeflate: false,
      // the address that was looked at is the one connected to; host and certificate keep the name
      lookup: (_host, { all }, callback) => (all === true ? callback(null, [{ address, family }]) : callback(null, address, family)),
      ...(context.url.protocol === 'wss:' ? tlsConnection(context.options.tls, place.host, context) : {}),
    })
    const window = receive(socket, context, ending)
    const stopPings = watch(socket, { context, ending, window, place: place.text })
    try {
      await ending.over
    } finally {
      stopPings()
      socket.close()
      socket.terminate()
    }
  },
}

function addressOf(context: Context): URL {
  const address = new URL(context.url)
  address.username = ''
  address.hash = ''
  for (const [name, secretName] of Object.entries(context.options.querySecrets)) address.searchParams.set(name, context.secret(secretName))
  return address
}

function headersOf(context: Context): Record<string, string> {
  const { passwordSecret } = context.options
  const user = userOf(context.url)
  const authorization =
    user === undefined || passwordSecret === undefined ? {} : { authorization: basicAuthorization(user, context.secret(passwordSecret)) }
  return { ...authorization, ...configuredHeaders(context.options, context) }
}

interface Watch {
  readonly context: Context
  readonly ending: Ending
  readonly window: DeliveryWindow
  readonly place: string
}

/** Tells why a connection ends, and gives one up that does not answer. @returns what ends the watch */
function watch(socket: WebSocket, { context, ending, window, place }: Watch): () => void {
  let isAnswering = true
  const pings = context.clock.every(context.options.pingSeconds * 1_000, () => {
    // paused, we would not hear an answer
    if (socket.readyState !== WebSocket.OPEN || socket.isPaused) return
    if (!isAnswering) ending.fail(new Error(`${place}: no answer to a ping within ${String(context.options.pingSeconds)} s`))
    isAnswering = false
    socket.ping()
  })
  socket.on('open', () => {
    context.alive()
    for (const message of context.options.subscribe) socket.send(subscription(message, context))
  })
  socket.on('pong', () => {
    isAnswering = true
    context.alive()
  })
  socket.on('message', () => (isAnswering = true))
  // what was received before the connection was lost is handed on first: it does not come again
  const lost = (error: Error): void => window.whenIdle(() => ending.fail(error))
  socket.on('unexpected-response', (request, response) => {
    const refuse = (text: string): void => {
      lost(
        new Error(
          `${place}: it answered ${String(response.statusCode)}${text === '' ? '' : `: ${quoted(text)}`}; is the address right, and are we let in?`,
        ),
      )
      request.destroy()
    }
    response.setEncoding('utf8')
    response.once('data', refuse)
    response.once('end', () => refuse(''))
  })
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') window.start(refuseTooLarge(context), 0)
    lost(connectionTrouble(place, error))
  })
  socket.on('close', (code, reason) => {
    lost(new Error(`${place}: it closed the connection (${String(code)}${reason.length === 0 ? '' : ` ${quoted(reason.toString('utf8'))}`})`))
  })
  return pings
}

/** A message too large to be read leaves its trace, though not its text. */
async function refuseTooLarge(context: Context): Promise<void> {
  const detail = `the message has more than ${String(context.feed.limits.messageBytes)} bytes; raise limits.messageBytes, or ask for smaller messages`
  await context.deliverMessages([{ refusal: { stage: 'receive', code: 'too-large', detail }, text: '' }], originOf(context))
}

function originOf({ url }: Context): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}

function subscription(message: string | Record<string, unknown>, context: Context): string {
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  return fillTemplate(text, {}, { secrets: context, escape: typeof message === 'string' ? 'none' : 'json' })
}

/** Hands messages on in their order, several at a time; the socket pauses while there is no room. */
function receive(socket: WebSocket, context: Context, ending: Ending): DeliveryWindow {
  const origin = originOf(context)
  const window = new DeliveryWindow((error) => ending.fail(error))
  const waiting: Buffer[] = []
  const proceed = (): void => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
      window.start(deliverPatiently(context, { body, origin }), body.length)
      if (window.hasRoom) continue
      socket.pause()
      window.whenRoom(proceed)
      return
    }
    socket.resume()
  }
  socket.on('message', (message: Buffer) => {
    waiting.push(message)
    if (!socket.isPaused) proceed()
  })
  return window
}

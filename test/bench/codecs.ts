import { codecs, openCodec } from '../../server/ingest/codecs/index.ts'
import type { OpenCodec } from '../../server/ingest/codecs/index.ts'
import { row, workbook } from '../ingest/codecs/workbook.ts'
import { median } from './median.ts'
import { sensorMessage } from './sensor-messages.ts'

export interface CodecSpeed {
  readonly codec: string
  /** what is counted: messages, rows or frames */
  readonly unit: 'messages' | 'rows' | 'frames'
  readonly bytesEach: number
  /** of processor time, all threads: on a busy machine the clock says little */
  readonly perSecond: number
}

const at = Date.UTC(2026, 10, 23)
const rounds = 7
const leastCpuMs = 150
const limits = { mostMessages: 100_000, mostBytes: 64 * 1024 * 1024 }

/** How many messages the codecs alone decode in a second of processor time; first JSON.parse alone on what the codec json gets. */
export async function codecSpeeds(): Promise<readonly CodecSpeed[]> {
  const messages = Array.from({ length: 1_000 }, (_, number) => sensorMessage(number, at))
  const array = `[${messages.join(',')}]`
  const speeds = [await measure({ codec: 'JSON.parse', unit: 'messages', body: Buffer.from(array) }, (body) => parsed(body))]
  for (const work of bodies(array, messages)) {
    const codec = open(work.codec)
    speeds.push(await measure(work, work.unit === 'frames' ? (body) => framesIn(codec, body) : (body) => messagesIn(codec, body)))
  }
  return speeds
}

interface Work {
  readonly codec: string
  readonly unit: CodecSpeed['unit']
  readonly body: Buffer
}

function bodies(array: string, messages: readonly string[]): readonly Work[] {
  return [
    { codec: 'json', unit: 'messages', body: Buffer.from(array) },
    { codec: 'ndjson', unit: 'messages', body: Buffer.from(messages.join('\n')) },
    { codec: 'csv', unit: 'rows', body: Buffer.from(table(5_000)) },
    { codec: 'xlsx', unit: 'rows', body: sheet(5_000) },
    ...(['hj212', 'jt808', 'sl651'] as const).map((codec) => ({ codec, unit: 'frames' as const, body: frames(codec, 1_000) })),
  ]
}

const columns = ['设备编号', '设备名称', '采集时间', '水位', '流量', '电压', '经度', '纬度']
const cells = (number: number): readonly (string | number)[] => [
  `WL-${String(number % 500).padStart(5, '0')}`,
  `${String(number % 500)}号水位计`,
  `2026-11-23 ${String(number % 24).padStart(2, '0')}:21:08`,
  1_200 + (number % 997) / 1_000,
  12.5 + (number % 31),
  3.61,
  106.69451,
  35.53926,
]

const table = (rows: number): string =>
  [columns, ...Array.from({ length: rows }, (_, number) => cells(number))].map((line) => line.join(',')).join('\r\n')

const sheet = (rows: number): Buffer =>
  workbook([row(1, columns), ...Array.from({ length: rows }, (_, number) => row(number + 2, cells(number)))].join(''))

function frames(name: string, count: number): Buffer {
  const codec = codecs.find((each) => each.name === name)
  if (codec === undefined) throw new Error(`no codec ${name}`)
  const frame = Buffer.from(codec.sample.body, codec.isBinary ? 'hex' : 'utf8')
  return Buffer.concat(Array.from({ length: count }, () => frame))
}

function open(name: string): OpenCodec {
  const opened = openCodec(name, undefined)
  if (!opened.ok) throw new Error(JSON.stringify(opened.error))
  return opened.value
}

// as: what was written above
const parsed = (body: Buffer): Promise<number> => Promise.resolve((JSON.parse(body.toString('utf8')) as readonly unknown[]).length)

async function messagesIn(codec: OpenCodec, body: Buffer): Promise<number> {
  const decoded = await codec.decode({ body, origin: '', contentType: 'application/json' }, limits)
  if (!decoded.ok) throw new Error(decoded.error.refusal.detail)
  if (decoded.value.some((message) => 'refusal' in message)) throw new Error(`${codec.name} refuses a message of the bench`)
  return decoded.value.length
}

/** As they arrive over TCP: in pieces, one connection. */
function framesIn(codec: OpenCodec, body: Buffer): Promise<number> {
  const stream = codec.openStream?.()
  if (stream === undefined) throw new Error(`${codec.name} is no codec for streams`)
  let count = 0
  for (let from = 0; from < body.length; from += 1_460) {
    for (const { message } of stream.push(body.subarray(from, from + 1_460))) {
      if (message === undefined || 'refusal' in message) throw new Error(`${codec.name} refuses a frame of the bench`)
      count += 1
    }
  }
  return Promise.resolve(count)
}

async function measure({ codec, unit, body }: Work, decode: (body: Buffer) => Promise<number>): Promise<CodecSpeed> {
  // code is compiled, threads start
  const each = await decode(body)
  const rates: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = process.cpuUsage()
    let count = 0
    let cpuMs = 0
    while (cpuMs < leastCpuMs) {
      count += await decode(body)
      const { user, system } = process.cpuUsage(began)
      cpuMs = (user + system) / 1_000
    }
    rates.push((1_000 * count) / cpuMs)
  }
  return { codec, unit, bytesEach: body.length / each, perSecond: median(rates) }
}

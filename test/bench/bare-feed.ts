import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { connect } from 'mqtt'

/**
 * What a feed costs when somebody writes it by hand and wants nothing but its rows: parses, picks the fields, inserts what came in one turn of
 * the event loop in one transaction, answers. No rules, no quarantine, no screens. A process of its own, so that its processor time is its own.
 */
export type BareCommand = { readonly subscribe: string } | { readonly report: true }
export type BareReport = { readonly url: string } | { readonly cpuSeconds: number; readonly rows: number }

interface Message {
  readonly deviceId: string
  readonly ts: string
  readonly deviceName: string
  readonly data: { readonly level: string; readonly state: string }
  readonly location: { readonly lng: string; readonly lat: string }
}

const folder = mkdtempSync(join(tmpdir(), 'yiping-bare-feed-'))
const connection = new Libsql(join(folder, 'bare.sqlite'))
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) connection.prepare(`PRAGMA ${pragma}`).all()
connection.exec('CREATE TABLE facts (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, feed TEXT NOT NULL, fact TEXT NOT NULL) STRICT')
const insert = connection.prepare('INSERT INTO facts (at, feed, fact) VALUES (?, ?, ?)')
const [begin, commit] = [connection.prepare('BEGIN IMMEDIATE'), connection.prepare('COMMIT')]

let waiting: { readonly body: string; readonly done: () => void }[] = []
let rows = 0

function take(body: string, done: () => void): void {
  if (waiting.length === 0) setImmediate(record)
  waiting.push({ body, done })
}

function record(): void {
  const taken = waiting
  waiting = []
  begin.run()
  for (const { body } of taken) {
    // as: what the load sends
    for (const message of [JSON.parse(body)].flat() as readonly Message[]) {
      insert.run([Date.now(), 'bare', JSON.stringify(factOf(message))])
      rows += 1
    }
  }
  commit.run()
  for (const { done } of taken) done()
}

function factOf({ deviceId, deviceName, ts, data, location }: Message): object {
  const time = `${ts.slice(0, 4)}-${ts.slice(4, 6)}-${ts.slice(6, 8)}T${ts.slice(8, 10)}:${ts.slice(10, 12)}:${ts.slice(12, 14)}.${ts.slice(14)}+08:00`
  const place = [Number(location.lng), Number(location.lat)]
  return {
    kind: 'sensor-reading',
    sensor: deviceId,
    quantity: 'water-level',
    at: Date.parse(time),
    value: Number(data.level),
    name: deviceName,
    place,
  }
}

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (text: string) => (body += text))
  request.on('end', () => take(body, () => response.writeHead(202).end('{"accepted":true}')))
})

const say = (report: BareReport): void => void process.send?.(report)

function subscribe(address: string): void {
  const client = connect(address)
  client.on('connect', () => client.subscribe('sensors/#', { qos: 1 }, () => say({ url: address })))
  // QoS 1 is acknowledged when `next` is called; the client would wait for each, so it is told that it need not, and told the broker ourselves
  client.handleMessage = ({ payload, messageId = 0 }, next) => {
    take(payload.toString(), () => client.stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff])))
    next(new Error('acknowledged when it is recorded'))
  }
}

server.listen(0, '127.0.0.1', () => {
  // as: a server that listens on TCP
  say({ url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` })
})
process.on('message', (command: BareCommand) => {
  if ('subscribe' in command) {
    subscribe(command.subscribe)
    return
  }
  const { user, system } = process.cpuUsage()
  say({ cpuSeconds: (user + system) / 1_000_000, rows })
})
process.on('disconnect', () => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})

import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Whole } from '../support/whole.ts'
import { startWithFeeds } from './bench-feeds.ts'
import type { BenchFeed } from './bench-feeds.ts'
import { ask, startChild } from './child.ts'
import type { BrokerReport } from './feed-load.ts'
import { serverFigures } from './server-figures.ts'
import { untilOpen } from './sustained.ts'

export interface IdleFeeds {
  readonly feeds: number
  readonly seconds: number
  /** of one core, in percent */
  readonly coreShare: number
  /** the same server with one feed that waits for requests, at the same time */
  readonly coreShareWithout: number
  readonly residentMegabytes: number
}

const ofEach = { polls: 40, subscriptions: 20, folders: 20, listeners: 20 }
const settleMs = 4_000

/**
 * Processor time of a server that a hundred feeds are connected to and none says anything: polls every 10 s that are answered with 304, MQTT
 * subscriptions, watched folders, TCP listeners. Beside it, in the same seconds, one without them.
 */
export async function idleFeeds(seconds = 10): Promise<IdleFeeds> {
  const broker = startChild('./feed-load.ts')
  const upstream = await unchanged()
  const { port } = await ask<BrokerReport>(broker, { listen: true })
  const feeds = await hundred(port, portOf(upstream))
  const [idle, without] = await Promise.all([startWithFeeds(feeds), startWithFeeds([{ id: 'intake' }])])
  try {
    await untilOpen(idle)
    await wait(settleMs)
    const [ours, bare] = await Promise.all([coreShare(idle, seconds), coreShare(without, seconds)])
    const { residentBytes } = await serverFigures(idle)
    return { feeds: feeds.length, seconds, coreShare: ours, coreShareWithout: bare, residentMegabytes: residentBytes / 1_048_576 }
  } finally {
    broker.disconnect()
    upstream.close()
    upstream.closeAllConnections()
    await Promise.all([idle.stop(), without.stop()])
  }
}

async function hundred(brokerPort: number, upstreamPort: number): Promise<readonly BenchFeed[]> {
  const ports = await freePorts(ofEach.listeners)
  const many = (count: number, of: (number: number) => BenchFeed): readonly BenchFeed[] => Array.from({ length: count }, (_, number) => of(number))
  return [
    ...many(ofEach.polls, (number) => ({
      id: `poll-${String(number)}`,
      source: `http://127.0.0.1:${String(upstreamPort)}/stations/${String(number)}`,
      transport: { pollSeconds: 10 },
    })),
    ...many(ofEach.subscriptions, (number) => ({
      id: `mqtt-${String(number)}`,
      source: `mqtt://127.0.0.1:${String(brokerPort)}`,
      transport: { topics: [`idle/${String(number)}/#`] },
    })),
    ...many(ofEach.folders, (number) => ({
      id: `drop-${String(number)}`,
      source: `file:drop-${String(number)}`,
      transport: { pattern: '*.csv' },
      codec: 'csv',
    })),
    ...ports.map((port, number) => ({ id: `tcp-${String(number)}`, source: `tcp://127.0.0.1:${String(port)}`, codec: 'hj212', dialect: 'hj212' })),
  ]
}

/** An upstream that has nothing new. */
async function unchanged(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304, { etag: '"1"' }).end()
    else response.writeHead(200, { etag: '"1"', 'content-type': 'application/json' }).end('[]')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

// as: servers that listen on TCP
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

/** All are held until all are known, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createTcpServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map(portOf)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

async function coreShare(whole: Whole, seconds: number): Promise<number> {
  const [before, began] = [await serverFigures(whole), performance.now()]
  await wait(seconds * 1_000)
  const after = await serverFigures(whole)
  return (100_000 * (after.cpuSeconds - before.cpuSeconds)) / (performance.now() - began)
}

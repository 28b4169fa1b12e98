import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { AudienceReport } from './fan-out-load.ts'
import type { Report } from './fan-out-server.ts'

type Kind = 'gateway' | 'bare'

interface Run {
  /** CPU time of the server per update that reached a socket */
  readonly cpuMicrosPerDelivery: number
  readonly deliveredShare: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface FanOutResult {
  readonly sockets: number
  readonly updatesPerSecond: number
  /** medians over the interleaved runs */
  readonly gateway: Run
  readonly bare: Run
  /** CPU per delivered update, ours : bare; the goal is ≤ 0.5 */
  readonly cpuRatio: number
}

interface FanOutOptions {
  readonly updatesPerSecond?: number
  readonly seconds?: number
  readonly rounds?: number
}

/**
 * Measures what a delivered update costs our gateway, against a bare ws server that broadcasts one pre-serialised frame per update. Server
 * and audience are processes of their own; the two servers take turns, so that what else this machine does falls on both.
 */
export async function fanOut(sockets: number, { updatesPerSecond = 600, seconds = 4, rounds = 3 }: FanOutOptions = {}): Promise<FanOutResult> {
  const runs: Record<Kind, Run[]> = { gateway: [], bare: [] }
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['gateway', 'bare'] as const) runs[kind].push(await measure(kind, sockets, { updatesPerSecond, seconds }))
  }
  const [gateway, bare] = [medianRun(runs.gateway), medianRun(runs.bare)]
  return { sockets, updatesPerSecond, gateway, bare, cpuRatio: gateway.cpuMicrosPerDelivery / bare.cpuMicrosPerDelivery }
}

async function measure(kind: Kind, sockets: number, { updatesPerSecond, seconds }: Required<Omit<FanOutOptions, 'rounds'>>): Promise<Run> {
  const server = start('./fan-out-server.ts', kind)
  const audience = start('./fan-out-load.ts')
  try {
    const { port } = await reply<Extract<Report, { port: number }>>(server)
    audience.send({ kind, port, sockets })
    await reply(audience)
    // The first second warms both: code, buffers, the flush window.
    await runOnce(server, audience, { updates: updatesPerSecond, perSecond: updatesPerSecond })
    const updates = updatesPerSecond * seconds
    const { cpuMicros, delivered, latenciesMs } = await runOnce(server, audience, { updates, perSecond: updatesPerSecond })
    const sorted = [...latenciesMs].sort((a, b) => a - b)
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    return { cpuMicrosPerDelivery: cpuMicros / delivered, deliveredShare: delivered / (updates * sockets), p50Ms: at(0.5), p99Ms: at(0.99) }
  } finally {
    await Promise.all([stop(server), stop(audience)])
  }
}

async function runOnce(
  server: ChildProcess,
  audience: ChildProcess,
  run: { readonly updates: number; readonly perSecond: number },
): Promise<{ cpuMicros: number; delivered: number; latenciesMs: readonly number[] }> {
  server.send({ run })
  const { cpuMicros } = await reply<Extract<Report, { cpuMicros: number }>>(server)
  audience.send({ report: true })
  const { delivered, latenciesMs } = await reply<Extract<AudienceReport, { delivered: number }>>(audience)
  return { cpuMicros, delivered, latenciesMs }
}

const start = (file: string, ...args: readonly string[]): ChildProcess =>
  fork(new URL(file, import.meta.url), args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

/** The next message of a child; which it is, the order of the conversation says. */
async function reply<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.send({ close: true })
  await once(child, 'exit')
}

function medianRun(runs: readonly Run[]): Run {
  const median = (of: (run: Run) => number): number => runs.map(of).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN
  return {
    cpuMicrosPerDelivery: median((run) => run.cpuMicrosPerDelivery),
    deliveredShare: median((run) => run.deliveredShare),
    p50Ms: median((run) => run.p50Ms),
    p99Ms: median((run) => run.p99Ms),
  }
}

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../../contract/fact.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { loadConfiguration } from '../../server/configuration/load.ts'
import type { Registry } from '../../server/core/registry.ts'
import { createReportDesk } from '../../server/report/desk.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { startHistorian } from '../../server/store/historian.ts'
import { median } from './median.ts'

export interface ReportTimes {
  readonly facts: number
  readonly indicators: number
  readonly orders: number
  /** from the question to the .docx, the past in another thread included: the first time, and the median of five drafts at other cut-offs */
  readonly firstMs: number
  readonly usualMs: number
  /** of that, the processor's time for writing the .docx, in the server's own thread */
  readonly docxMs: number
  readonly docxBytes: number
}

const configDirectory = new URL('../../config', import.meta.url).pathname
const cutOffAt = Date.parse('2026-11-17T18:00:00+08:00')
const orderCount = 60
const rounds = 5
const days = 25

/** How long a monthly report of the plan's indicators and 60 orders takes, from the log to the file. */
export async function reportTimes(): Promise<ReportTimes> {
  const loaded = loadConfiguration(configDirectory, 'ignored')
  if (!loaded.ok) throw new Error('the shipped configuration has mistakes')
  const registry = loaded.value
  const directory = mkdtempSync(join(tmpdir(), 'yiping-report-'))
  const facts = record(directory, registry)
  const historian = startHistorian({ directory, configDirectory, feeds: [] })
  const desk = createReportDesk({
    registry,
    now: () => cutOffAt + hourMs,
    held: () => undefined,
    states: () => [],
    stateAt: (topics, at) => historian.stateAt(topics, at),
    issued: () => undefined,
  })
  try {
    const times: number[] = []
    for (let round = 0; round <= rounds; round += 1) times.push((await timed(() => written(desk, cutOffAt + round))).ms)
    const document = await desk.draft('620802', '2026-11', cutOffAt)
    if (document === undefined) throw new Error('the log does not reach back to the cut-off')
    const before = process.cpuUsage()
    const { bytes } = await desk.file(document, 'report')
    const { user, system } = process.cpuUsage(before)
    return {
      facts,
      indicators: registry.indicators.size,
      orders: orderCount,
      firstMs: times[0] ?? Number.NaN,
      usualMs: median(times.slice(1)),
      docxMs: (user + system) / 1_000,
      docxBytes: bytes.length,
    }
  } finally {
    await historian.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function written(desk: ReturnType<typeof createReportDesk>, at: number): Promise<number> {
  const document = await desk.draft('620802', '2026-11', at)
  if (document === undefined) throw new Error('the log does not reach back to the cut-off')
  return (await desk.file(document, 'report')).bytes.length
}

/** Every input by unit, sector or theme each day of 25 days, and work orders, 60 of them late. */
/** @returns how many */
function record(directory: string, registry: Registry): number {
  const log = openEventLog({ directory })
  const own = (all: Iterable<{ readonly id: string; readonly district: string }>): readonly string[] =>
    [...all].filter(({ district }) => district === '620802').map(({ id }) => id)
  const members = {
    district: [undefined],
    unit: own(registry.units.values()),
    sector: own(registry.sectors.values()),
    theme: own(registry.themes.values()),
  }
  const inputs = [...registry.inputs.values()].filter(
    ({ orders, cameras, constant }) => orders === undefined && cameras === undefined && constant === undefined,
  )
  const feed: Fact = {
    kind: 'feed',
    feed: 'indicators',
    at: cutOffAt - (days + 1) * dayMs,
    district: '620802',
    label: { name: '指标平台', shortName: '指标平台', nameEn: 'Indicators', demo: true, cadenceSeconds: 3_600, contact: '值班室' },
  }
  log.append([{ feed: 'system', facts: [JSON.stringify(feed)] }], feed.at)
  for (let day = days; day >= 1; day -= 1) {
    const at = cutOffAt - day * dayMs
    const told = inputs.flatMap(({ id: input, by }, index) =>
      members[by].map((of): Fact => ({ kind: 'input', input, ...(of === undefined ? {} : { of }), at, value: 1_000 + index + (days - day) })),
    )
    log.append([{ feed: 'indicators', facts: told.map((fact) => JSON.stringify(fact)) }], at)
  }
  const units = members.unit
  const orders = Array.from({ length: orderCount }, (_, index): Fact => ({
    kind: 'work-order',
    id: `W${String(index)}`,
    at: cutOffAt - 20 * dayMs,
    stage: 'received',
    channel: 'hotline-12345',
    unit: units[index % units.length] ?? '',
    dueAt: cutOffAt - (1 + (index % 9)) * dayMs,
  }))
  const tick: Fact = { kind: 'tick', at: cutOffAt - hourMs }
  log.append([{ feed: 'indicators', facts: orders.map((fact) => JSON.stringify(fact)) }], cutOffAt - 2 * hourMs)
  log.append([{ feed: 'system', facts: [...supervisions(), tick].map((fact) => JSON.stringify(fact)) }], cutOffAt - hourMs)
  const { lastSeq } = log
  log.close()
  return lastSeq
}

const supervisions = (): readonly Fact[] =>
  Array.from({ length: orderCount }, (_, index): Fact => {
    const dueAt = cutOffAt - ((index % 7) - 3) * dayMs
    return {
      kind: 'supervision',
      step: 'issued',
      district: '620802',
      id: `S${String(index)}`,
      at: cutOffAt - 15 * dayMs,
      by: '值班员',
      command: randomUUID(),
      number: { year: 2026, no: index + 1, text: `督〔2026〕${String(index + 1)}号` },
      title: `第${String(index + 1)}项督办`,
      text: '按期办结并反馈',
      level: 'normal',
      leadUnit: 'housing',
      supportingUnits: [],
      dueAt,
      isProvisional: false,
      origin: { kind: 'hand' },
    }
  })

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const began = performance.now()
  const value = await work()
  return { value, ms: performance.now() - began }
}

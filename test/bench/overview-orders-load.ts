import type { WorkOrderFact, WorkOrderStage } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { DistrictWorld } from '../../server/core/district-world.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import { channel, registryWith } from '../support/registry.ts'

/** What a process of its own found. */
export interface OrdersFolded {
  readonly orders: number
  readonly facts: number
  /** of folding and one look at the end, without making the facts; processor time depends less on what else the machine does */
  readonly foldMs: number
  readonly foldCpuMs: number
  readonly heapMegabytes: number
  readonly dumpMegabytes: number
  /** microseconds of processor time for the sum of a year of one unit, over all channels */
  readonly sumMicros: number
}

const [count = '1000000'] = process.argv.slice(2)
const orders = Number(count)

const days = (name: string, workingDays: number) => ({ name, nameEn: name, workingDays })
const messages = { consultation: days('咨询', 1), suggestion: days('建议', 1), complaint: days('投诉', 2) }
const nodes = [
  { stage: 'accepted', share: 0.25 },
  { stage: 'handled', share: 0.75 },
  { stage: 'resolved', share: 1 },
] as const
const registry = registryWith({
  calendar: createWorkCalendar([
    { year: 2026, source: '', holidays: [{ day: '2026-10-01', name: '国庆节' }], workdays: [{ day: '2026-10-10', name: '调休' }] },
  ]),
  channels: [
    channel({ id: 'hotline-12345', clock: { starts: 'received', classes: {}, nodes: [] } }),
    channel({
      id: 'leader-board',
      clock: {
        starts: 'dispatched',
        classes: { normal: days('一般', 7), complex: days('复杂', 15) },
        usual: 'normal',
        interim: { workingDays: 15 },
        nodes: [],
      },
    }),
    channel({ id: 'gov-cn-message', clock: { starts: 'received', classes: messages, nodes: [...nodes] } }),
  ],
})

const from = Date.UTC(2024, 10, 1)
const spanMs = 730 * dayMs
const kinds = ['consultation', 'complaint', 'normal', 'complex']
const types = Array.from({ length: 120 }, (_, index) => `诉求类型${String(index)}`)
const units = Array.from({ length: 40 }, (_, index) => `unit-${String(index)}`)
const stages: readonly WorkOrderStage[] = ['received', 'dispatched', 'resolved', 'closed']

/** The `index`-th of the four facts of an order. */
function factOf(number: number, index: number): WorkOrderFact {
  const at = from + Math.floor((number / orders) * spanMs)
  return {
    kind: 'work-order',
    id: `PL2026${String(number).padStart(10, '0')}`,
    at: at + index * ((number * 7_919) % 50) * hourMs + index * minuteMs,
    stage: stages[index],
    ...(index === 0 && {
      channel: number % 10 === 0 ? 'leader-board' : number % 10 === 1 ? 'gov-cn-message' : 'hotline-12345',
      class: kinds[number % kinds.length],
      title: '柳湖路 供暖温度',
      type: types[number % types.length],
      subdistrict: number % 2 === 0 ? '620802001' : '620802100',
      place: [106.6 + (number % 1_000) / 10_000, 35.5],
      dueAt: at + 5 * dayMs,
    }),
    ...(index === 1 && { unit: units[number % units.length] }),
  }
}

/**
 * Two years of orders, four facts each: a fact of another order follows each, as it does upstream; some are late, some never end. Facts that
 * wait are numbers, and made when they are due: else the collector would carry them about while the world folds.
 */
function* facts(): Generator<WorkOrderFact> {
  const waiting: number[][] = Array.from({ length: 4_000 }, () => [])
  for (let number = 0; number < orders + waiting.length; number += 1) {
    const slot = waiting[number % waiting.length] ?? []
    for (const due of slot.splice(0)) yield factOf(Math.floor(due / stages.length), due % stages.length)
    if (number >= orders) continue
    yield factOf(number, 0)
    const ends = number % 100 === 0 ? 2 : stages.length
    for (let index = 1; index < ends; index += 1) {
      waiting[(number + 1 + ((number * 31 + (index - 1) * 977) % 3_900)) % waiting.length]?.push(number * stages.length + index)
    }
  }
}

/** Facts as they are read from the log: parsed, every text of theirs their own. */
// as: JSON gives back what it was given
const asRead = (batch: readonly WorkOrderFact[]): readonly WorkOrderFact[] => JSON.parse(JSON.stringify(batch)) as readonly WorkOrderFact[]

const district = registry.districts.get('620802')
if (district === undefined) throw new Error('the registry of tests has no district 620802')
const world = new DistrictWorld({ registry, district, feeds: { districtOf: () => '620802', labelOf: () => undefined, registered: new Map() } })

interface Spent {
  readonly ms: number
  readonly cpuMs: number
}

/** Asking for the processor time takes long enough to be left out of the other. */
function spentOn(work: () => void): Spent {
  const cpu = process.cpuUsage()
  const began = performance.now()
  work()
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpuMs: (user + system) / 1_000 }
}

let seq = 0
let recorded = 0
function fold(batch: readonly WorkOrderFact[]): void {
  for (const fact of batch) {
    recorded = Math.max(recorded, fact.at)
    world.apply({ seq: (seq += 1), at: recorded, feed: 'hotline', fact })
  }
}

const spent: Spent[] = []
const source = facts()
for (let isEnded = false; !isEnded;) {
  const batch: WorkOrderFact[] = []
  while (batch.length < 1_000 && !isEnded) {
    const next = source.next()
    if (next.done === true) isEnded = true
    else batch.push(next.value)
  }
  const read = asRead(batch)
  spent.push(spentOn(() => fold(read)))
}
spent.push(
  spentOn(() => {
    world.flush()
    for (const topic of world.topics) topic.drain()
  }),
)
globalThis.gc?.()
const heapMegabytes = process.memoryUsage().heapUsed / 1_048_576

const sums = 10_000
const day = Math.floor(recorded / dayMs)
const summing = spentOn(() => {
  for (let index = 0; index < sums; index += 1) {
    world.orders.sum({ channels: [], count: 'due', unit: units[index % units.length], fromDay: day - 365, toDay: day })
  }
})
const figures: OrdersFolded = {
  orders,
  facts: seq,
  foldMs: spent.reduce((sum, { ms }) => sum + ms, 0),
  foldCpuMs: spent.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  heapMegabytes,
  dumpMegabytes: JSON.stringify(world.dump()).length / 1_048_576,
  sumMicros: (1_000 * summing.cpuMs) / sums,
}
process.stdout.write(JSON.stringify(figures))

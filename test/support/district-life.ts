import type { Fact, WorkOrderFact, WorkOrderStage } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

export interface LifeOptions {
  readonly from: Instant
  readonly days: number
  readonly ordersPerDay: number
  /** ids of indicators that get a value each hour */
  readonly indicators: readonly string[]
}

/** What one feed told within one minute, in the order it is recorded. */
export interface Told {
  readonly at: Instant
  readonly feed: string
  readonly facts: readonly Fact[]
}

const subdistricts = ['620802001', '620802100', undefined]
const units = ['dongguan', 'housing', '交警大队']
const types = ['路灯', '噪声', '供暖', '占道', '井盖', '环境卫生', '停车', '物业']
const rates: readonly number[] = [1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 10, 8, 7, 8, 10, 11, 11, 9, 7, 6, 5, 4, 3, 2]
const meanRate = rates.reduce((sum, rate) => sum + rate, 0) / rates.length

/**
 * A district's days, minute by minute, the same every time: orders that come with the day's rhythm and go through their stages within
 * hours or days, some returned, some late, some never closed; indicators by the hour; incidents and cameras now and then; the server's
 * minute tick.
 */
export function* districtLife(options: LifeOptions): Generator<Told> {
  const random = seeded(620_802)
  const due = new Map<number, WorkOrderFact[]>()
  let number = 0
  for (let minute = 0; minute < options.days * (dayMs / minuteMs); minute += 1) {
    const at = options.from + minute * minuteMs
    const orders = due.get(minute) ?? []
    due.delete(minute)
    const share = (rates[new Date(at + 8 * hourMs).getUTCHours()] ?? 1) / meanRate
    let expected = (options.ordersPerDay / 1_440) * share
    for (; random() < expected; expected -= 1) {
      number += 1
      const [[, received], ...later] = lifeOf(`W${String(number)}`, at, random)
      orders.push(received)
      for (const [delay, fact] of later) due.set(minute + delay, [...(due.get(minute + delay) ?? []), fact])
    }
    if (orders.length > 0) yield { at, feed: 'hotline', facts: orders }
    if (minute % 60 === 0) yield { at, feed: 'indicators', facts: readingsAt(at, options.indicators, random) }
    if (random() < 0.01) yield { at, feed: 'hotline', facts: incidentAt(at, number) }
    if (random() < 0.02) yield { at, feed: 'video', facts: [cameraAt(at, random)] }
    yield { at, feed: 'system', facts: [{ kind: 'tick', at }] }
  }
}

type Stage = readonly [delayMinutes: number, fact: WorkOrderFact]

/** Stages of one order, the first at once. */
function lifeOf(id: string, at: Instant, random: () => number): readonly [Stage, ...Stage[]] {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const subdistrict = pick(subdistricts)
  const type = pick(types) ?? '其他'
  const received: WorkOrderFact = {
    kind: 'work-order',
    id,
    at,
    stage: 'received',
    channel: random() < 0.9 ? 'hotline-12345' : 'leader-board',
    title: `${type}问题，请尽快处理`,
    type,
    unit: pick(units) ?? 'housing',
    dueAt: at + 5 * dayMs,
    ...(subdistrict === undefined ? {} : { subdistrict }),
    ...(random() < 0.8 ? { place: [106.6 + random() / 5, 35.4 + random() / 5] } : {}),
  }
  const stages: WorkOrderStage[] =
    random() < 0.1 ? ['dispatched', 'returned', 'dispatched', 'resolved', 'closed'] : ['dispatched', 'accepted', 'resolved', 'closed']
  if (random() < 0.02) stages.length = 1
  let delay = 0
  const later = stages.map((stage): Stage => {
    delay += 1 + Math.floor(random() ** 3 * (stage === 'resolved' ? 12_000 : 600))
    return [delay, { kind: 'work-order', id, at: at + delay * minuteMs, stage }]
  })
  return [[0, received], ...later]
}

function readingsAt(at: Instant, indicators: readonly string[], random: () => number): readonly Fact[] {
  return indicators.map((indicator) => ({ kind: 'reading', indicator, at, value: Math.round(random() * 10_000) / 100 }))
}

function incidentAt(at: Instant, number: number): readonly Fact[] {
  const id = `E${String(number)}`
  return [
    { kind: 'incident', id, at, stage: 'reported', title: '主干管网破裂', type: '供水', priority: 'important' },
    { kind: 'incident', id, at, stage: number % 3 === 0 ? 'closed' : 'in-progress', note: '已到场' },
  ]
}

function cameraAt(at: Instant, random: () => number): Fact {
  const id = `C${String(Math.floor(random() * 40))}`
  return { kind: 'video-source', id, at, state: random() < 0.9 ? 'online' : 'offline', name: `点位 ${id}`, domain: 'urban-management' }
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

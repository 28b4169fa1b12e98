import type { Instant } from './time.ts'
import type { Assessment } from './topic.ts'

/** Entities of topics that follow from what people decided, and from what the server learnt of itself; see topic.ts. */

/** 上次调度会议: one entity `last`, how each indicator stood when it was held. */
export interface LastMeeting {
  readonly id: 'last'
  readonly name: string
  readonly at: Instant
  readonly assessments: Readonly<Record<string, Assessment>>
}

/** ranked · small-sample: 样本不足 · no-requests: 无工单 · exempt: 免排 */
export type Standing = 'ranked' | 'small-sample' | 'no-requests' | 'exempt'

export interface RankedUnit {
  readonly unit: string
  readonly standing: Standing
  /** ties share a rank, and the next one is skipped; undefined unless ranked */
  readonly rank: number | undefined
  /** percent; undefined without a sample */
  readonly value: number | undefined
  readonly sample: number
  /** 95 % Wilson interval of the rate, percent; undefined without a sample */
  readonly interval: readonly [low: number, high: number] | undefined
  /** rank of the month before, as published, minus this one: positive has risen; undefined where one of the two is missing */
  readonly risen: number | undefined
  /** of an exemption */
  readonly reason: string | undefined
}

/** 排名: one entity per ranking and month, `id` is `ranking/YYYY-MM`: this month and the two before. */
export interface RankingState {
  readonly id: string
  readonly ranking: string
  readonly month: string
  /** running: this month · ended: may be published · published: frozen, later corrections stand in `corrections` */
  readonly state: 'running' | 'ended' | 'published'
  readonly publishedAt: Instant | undefined
  readonly publishedBy: string | undefined
  /** ranked ones by rank, then the others by name; as published once it is */
  readonly rows: readonly RankedUnit[]
  /** what the same month would say now where it differs from what was published */
  readonly corrections: readonly {
    readonly unit: string
    readonly from: { readonly rank: number | undefined; readonly value: number | undefined; readonly sample: number }
    readonly to: { readonly rank: number | undefined; readonly value: number | undefined; readonly sample: number }
  }[]
  readonly asOf: Instant
}

/** 填报: one entity per entry that waits for a second person, and those decided within the last 7 days. */
export interface EntryState {
  readonly id: string
  readonly state: 'proposed' | 'approved' | 'rejected' | 'withdrawn'
  readonly proposedAt: Instant
  readonly proposedBy: string
  readonly decidedAt: Instant | undefined
  readonly decidedBy: string | undefined
  readonly note: string | undefined
  readonly figures: readonly {
    readonly indicator: string | undefined
    readonly input: string | undefined
    readonly of: string | undefined
    readonly at: Instant
    readonly value: number
  }[]
}

/** 时钟: one entity `clock`, once the server has compared its clock with another. */
export interface ClockCheck {
  readonly id: 'clock'
  readonly driftMs: number
  readonly reference: string
  readonly isTrusted: boolean
  readonly since: Instant
}

import type { WorkOrderTotals } from '../../../contract/topic.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { idsIn } from '../registry.ts'
import { groupsKept } from './order-tally.ts'
import type { FoldedOrder } from './order-telling.ts'
import type { OrderView } from './order-view.ts'

type Dimension = WorkOrderTotals['id']

const keyIn: Readonly<Record<Dimension, (order: FoldedOrder) => string>> = {
  stage: ({ stage }) => stage,
  unit: ({ unit }) => unit ?? '',
  type: ({ type }) => type,
  channel: ({ channel }) => channel,
  place: ({ place }) => (place === undefined ? 'unlocated' : 'located'),
}

const dimensions = Object.keys(keyIn) as Dimension[] // keys of the table above, which the type says it has

/** Orders of groups beyond those that are told apart, so that the sum stays true. */
const others = '*'

/** 工单合计 over every order ever. An unknown unit or type counts under ''. */
export function createWorkOrderTotals({ registry, district }: FoldContext): OrderView {
  const reserved: Partial<Record<Dimension, readonly string[]>> = {
    unit: idsIn(registry.units, district.id),
    channel: idsIn(registry.channels, district.id),
  }
  const totals = dimensions.map((dimension) => {
    const ids = reserved[dimension] ?? []
    return { dimension, keyOf: keyIn[dimension], most: groupsKept + ids.length, counts: new Map<string, number>(ids.map((id) => [id, 0])) }
  })

  const topic = new Published('work-order-totals', (id) => {
    const total = totals.find(({ dimension }) => dimension === id)
    if (total === undefined) return undefined
    return { id: total.dimension, counts: Object.fromEntries([...total.counts].filter(([, count]) => count > 0)) }
  })

  function add({ counts, most }: Pick<(typeof totals)[number], 'counts' | 'most'>, key: string, sign: 1 | -1): void {
    const known = counts.get(key)
    if (known !== undefined || counts.size < most) counts.set(key, (known ?? 0) + sign)
    else counts.set(others, (counts.get(others) ?? 0) + sign)
  }

  function touchAll(): void {
    for (const dimension of dimensions) topic.touch(dimension)
  }

  touchAll()
  return {
    topic,
    changed(before, after) {
      for (const total of totals) {
        const { dimension, keyOf } = total
        const was = before === undefined ? undefined : keyOf(before)
        const is = keyOf(after)
        if (was === is) continue
        if (was !== undefined) add(total, was, -1)
        add(total, is, 1)
        topic.touch(dimension)
      }
    },
    advance() {
      // totals do not depend on the time
    },
    dump: () => totals.map(({ counts }) => [...counts]),
    restore(dump) {
      // our own dump
      for (const [index, known] of (dump as [key: string, count: number][][]).entries()) {
        for (const [key, count] of known) totals[index]?.counts.set(key, count)
      }
      touchAll()
    },
  }
}

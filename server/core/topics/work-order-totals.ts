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
  const counts = new Map<string, Map<string, number>>(dimensions.map((dimension) => [dimension, new Map(reserved[dimension]?.map((id) => [id, 0]))]))
  const countsOf = (dimension: string): Map<string, number> => counts.get(dimension) ?? new Map<string, number>()

  const topic = new Published('work-order-totals', (id) => {
    const dimension = dimensions.find((candidate) => candidate === id)
    if (dimension === undefined) return undefined
    return { id: dimension, counts: Object.fromEntries([...countsOf(dimension)].filter(([, count]) => count > 0)) }
  })

  function add(dimension: Dimension, key: string, sign: 1 | -1): void {
    const known = countsOf(dimension)
    const group = known.has(key) || known.size < groupsKept + (reserved[dimension]?.length ?? 0) ? key : others
    known.set(group, (known.get(group) ?? 0) + sign)
  }

  function touchAll(): void {
    for (const dimension of dimensions) topic.touch(dimension)
  }

  touchAll()
  return {
    topic,
    changed(before, after) {
      for (const dimension of dimensions) {
        const was = before === undefined ? undefined : keyIn[dimension](before)
        const is = keyIn[dimension](after)
        if (was === is) continue
        if (was !== undefined) add(dimension, was, -1)
        add(dimension, is, 1)
        topic.touch(dimension)
      }
    },
    advance() {
      // totals do not depend on the time
    },
    dump: () => dimensions.map((dimension) => [...countsOf(dimension)]),
    restore(dump) {
      // our own dump
      for (const [index, known] of (dump as [key: string, count: number][][]).entries()) {
        const dimension = dimensions[index]
        if (dimension !== undefined) for (const [key, count] of known) countsOf(dimension).set(key, count)
      }
      touchAll()
    },
  }
}

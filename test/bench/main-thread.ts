import { z } from 'zod'

/** What a page's main thread did, read from a trace of the browser. */

/** Start of one task, from the beginning of the trace, and the processor time it took, ms: others on the machine do not make it longer. */
export interface Task {
  readonly at: number
  readonly ms: number
}

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** µs */
      ts: z.number(),
      dur: z.number().optional(),
      /** µs of this thread's own processor time, where the system tells it */
      tdur: z.number().optional(),
      args: z.looseObject({ name: z.string().optional() }).optional(),
    }),
  ),
})

/** the category that holds every task of every thread */
export const taskCategories = ['toplevel']

/** Tasks of the main thread of the page that did most, in the order of time. */
export function mainThreadTasks(trace: Buffer): readonly Task[] {
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString()))
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const byThread = mains.map(({ pid, tid }) =>
    traceEvents.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && event.name.endsWith('RunTask')),
  )
  const total = (events: typeof traceEvents): number => events.reduce((sum, { dur = 0 }) => sum + dur, 0)
  const [busiest = []] = byThread.sort((a, b) => total(b) - total(a))
  const start = Math.min(...busiest.map(({ ts }) => ts))
  return busiest.map(({ ts, dur = 0, tdur = dur }) => ({ at: (ts - start) / 1_000, ms: tdur / 1_000 })).sort((a, b) => a.at - b.at)
}

/** Time spent in each stretch of `everyMs`; the last, broken one is left out. */
export function busyPer(tasks: readonly Task[], everyMs: number): readonly number[] {
  const stretches = Math.floor((tasks.at(-1)?.at ?? 0) / everyMs)
  const busy = Array.from({ length: stretches }, () => 0)
  for (const { at, ms } of tasks) {
    const stretch = Math.floor(at / everyMs)
    if (stretch < stretches) busy[stretch] = (busy[stretch] ?? 0) + ms
  }
  return busy
}

import { bootstrapToken } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** A server's own account of itself, of all its threads. */
export interface ServerFigures {
  readonly cpuSeconds: number
  readonly residentBytes: number
  /** resident, but for what the main thread's heap holds in reserve */
  readonly usedBytes: number
  readonly facts: number
}

export async function serverFigures({ url }: Whole): Promise<ServerFigures> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${bootstrapToken}` } })
  const text = await answer.text()
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((all, [, value]) => all + Number(value), 0)
  const residentBytes = sum('process_resident_memory_bytes')
  return {
    cpuSeconds: sum('process_cpu_seconds_total'),
    residentBytes,
    usedBytes: residentBytes - sum('nodejs_heap_size_total_bytes') + sum('nodejs_heap_size_used_bytes'),
    facts: sum('yiping_feed_facts_total'),
  }
}

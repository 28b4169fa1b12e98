import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { atMost, ms } from './line.ts'
import type { Line } from './line.ts'
import type { OrdersFolded } from './overview-orders-load.ts'

/** Folds a million work orders, four facts each, in a process of its own. */
export async function overviewOrders(orders = 1_000_000): Promise<readonly Line[]> {
  const program = fileURLToPath(new URL('./overview-orders-load.ts', import.meta.url))
  const options = ['--expose-gc', '--max-old-space-size=1024', '--import', 'tsx', program, String(orders)]
  const { stdout } = await promisify(execFile)(process.execPath, options)
  // as: overview-orders-load.ts prints exactly this
  const { facts, foldMs, foldCpuMs, heapMegabytes, dumpMegabytes, sumMicros } = JSON.parse(stdout) as OrdersFolded
  const what = `${orders.toLocaleString('en')} work orders of two years, ${facts.toLocaleString('en')} facts`
  return [
    { what: `${what}, folded and shown`, figure: ms(foldMs), goal: atMost(foldMs, 10_000, ' ms') },
    { what: 'the same: processor time of all threads', figure: ms(foldCpuMs) },
    {
      what: 'the same: heap in use afterwards, in a process that is given 1 GiB',
      figure: `${heapMegabytes.toFixed(0)} MiB`,
      goal: atMost(heapMegabytes, 1_024, ' MiB'),
    },
    { what: 'the same: dump', figure: `${dumpMegabytes.toFixed(0)} MiB` },
    { what: 'sum of a year of one unit over all channels, processor time', figure: `${sumMicros.toFixed(1)} µs` },
  ]
}

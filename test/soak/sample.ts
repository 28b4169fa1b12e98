import { z } from 'zod'
import { processMemory } from './process-memory.ts'
import type { WallBrowser } from './wall-browser.ts'

/** What is watched, and the smallest growth over a run that is worth a word. */
export const measures = [
  { id: 'heap', name: 'JS heap in use, MB', digits: 2, leastGrowth: 0.2 },
  { id: 'nodes', name: 'DOM nodes', digits: 0, leastGrowth: 20 },
  { id: 'listeners', name: 'event listeners', digits: 0, leastGrowth: 10 },
  { id: 'page', name: "the page's process, own memory, MB", digits: 1, leastGrowth: 4 },
  { id: 'shared', name: "the page's process, shared memory, MB", digits: 1, leastGrowth: 16 },
  { id: 'gpu', name: 'memory of the GPU process, MB', digits: 1, leastGrowth: 4 },
  { id: 'contexts', name: 'WebGL contexts', digits: 1, leastGrowth: 0.5 },
  { id: 'workers', name: 'workers', digits: 1, leastGrowth: 0.5 },
  { id: 'sources', name: 'media sources', digits: 1, leastGrowth: 0.5 },
  { id: 'timers', name: 'timers set', digits: 1, leastGrowth: 2 },
] as const

export type MeasureId = (typeof measures)[number]['id']

/** undefined: this system does not tell it. */
export type Figures = Readonly<Record<MeasureId, number | undefined>>

export interface Sample {
  readonly figures: Figures
  readonly tiles: number
  readonly playing: number
  /** uncaught in the page since it was loaded */
  readonly errors: number
  /** when the page was loaded, epoch ms: another one after a reload */
  readonly openedAt: number
}

const bytesPerMegabyte = 1_048_576
const metricsSchema = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) })
const processesSchema = z.object({ processInfo: z.array(z.object({ type: z.string(), id: z.number(), cpuTime: z.number() })) })
const leftoversSchema = z.object({
  contexts: z.number(),
  sources: z.number(),
  timers: z.number(),
  errors: z.number(),
  tiles: z.number(),
  playing: z.number(),
  openedAt: z.number(),
})

/** Looks at the page when all that it has let go is collected: twice, since what a finaliser lets go falls to the next collection. */
export async function takeSample(browser: WallBrowser): Promise<Sample> {
  for (let time = 0; time < 2; time += 1) await browser.send('HeapProfiler.collectGarbage')
  const { metrics } = metricsSchema.parse(await browser.send('Performance.getMetrics'))
  const metric = (wanted: string): number | undefined => metrics.find(({ name }) => name === wanted)?.value
  const { tiles, playing, errors, openedAt, ...left } = leftoversSchema.parse(await browser.evaluate('window.soakLeftovers()'))
  const figures: Figures = {
    ...left,
    heap: megabytes(metric('JSHeapUsedSize')),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    workers: browser.workers,
    ...(await memories(browser)),
  }
  return { figures, tiles, playing, errors, openedAt }
}

async function memories(browser: WallBrowser): Promise<Pick<Figures, 'page' | 'shared' | 'gpu'>> {
  const { processInfo } = processesSchema.parse(await browser.sendToBrowser('SystemInfo.getProcessInfo'))
  // of several the one that works is the page's
  const busiest = (type: string): number | undefined => processInfo.filter((each) => each.type === type).sort((a, b) => b.cpuTime - a.cpuTime)[0]?.id
  const memoryOf = async (pid: number | undefined): ReturnType<typeof processMemory> => (pid === undefined ? undefined : await processMemory(pid))
  const [page, gpu] = [await memoryOf(busiest('renderer')), await memoryOf(busiest('GPU'))]
  return { page: megabytes(page?.own), shared: megabytes(page?.shared), gpu: megabytes(gpu && gpu.own + (gpu.shared ?? 0)) }
}

const megabytes = (bytes: number | undefined): number | undefined => (bytes === undefined ? undefined : bytes / bytesPerMegabyte)

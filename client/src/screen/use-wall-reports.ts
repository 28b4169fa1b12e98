import { nextTick, onScopeDispose, watch } from 'vue'
import type { Ref } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import { reportEveryMs } from '../../../contract/wall.ts'
import type { WallReport } from '../../../contract/wall.ts'
import { frameRate, nextFrame } from './frames.ts'

export interface ReportOptions {
  /** number of the last command to this wall; 0 before the first */
  readonly command: Readonly<Ref<number>>
  /** this browser is a wall: only then it says anything */
  readonly isWall: Readonly<Ref<boolean>>
  /** Resolves once the page is where the last command wants it. */
  readonly arrived: () => Promise<unknown>
  /** all but what is counted here */
  readonly describe: () => Omit<WallReport, 'painted' | 'framesPerSecond'>
  /** the server knows this wall no more */
  readonly onUnknown: () => void
}

const frameSampleMs = secondMs / 2

/**
 * 回执: tells the server what this wall has painted, every 5 s and at once after each command. A command counts as painted when the frame after
 * the one that draws it begins: then the first has left for the screen.
 */
export function useWallReports({ command, isWall, arrived, describe, onUnknown }: ReportOptions): void {
  let painted = 0
  let framesPerSecond = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false
  const send = async (): Promise<void> => {
    if ((await post({ ...describe(), painted, framesPerSecond })) === 403) onUnknown()
  }
  const later = (): void => {
    clearTimeout(timer)
    if (!isClosed && isWall.value) timer = setTimeout(() => void tick(), reportEveryMs - frameSampleMs)
  }
  const tick = async (): Promise<void> => {
    framesPerSecond = await frameRate(frameSampleMs)
    await send()
    later()
  }
  watch(
    [command, isWall],
    async ([number, isOne]) => {
      if (!isOne) {
        clearTimeout(timer)
        painted = 0
        return
      }
      await arrived()
      await nextTick()
      await nextFrame()
      await nextFrame()
      // a later one may have come meanwhile: it is told by its own turn
      painted = Math.max(painted, number)
      await send()
      later()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    isClosed = true
    clearTimeout(timer)
  })
}

async function post(report: WallReport): Promise<number> {
  try {
    const body = JSON.stringify(report)
    return (await fetch('/api/walls/report', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status
  } catch {
    // the server is away, which the screen tells by itself; the next report comes in a moment
    return 0
  }
}

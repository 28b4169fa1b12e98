import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { startReels } from './reels.ts'

/** The real product with cameras of our own, and nothing else that moves. */
export interface VideoWall {
  readonly whole: Whole
  stop(): Promise<void>
}

export interface BenchCamera {
  readonly id: string
  readonly place: readonly [number, number]
}

/** On a lattice over the district, so far from each other that a finger means one of them. */
export function benchCameras(count: number): readonly BenchCamera[] {
  const columns = 4
  return Array.from({ length: count }, (_, n) => ({
    id: `bench-${String(n)}`,
    place: [106.56 + 0.09 * (n % columns), 35.41 + 0.05 * Math.floor(n / columns)],
  }))
}

/** @param layout of the video panel, whose cameras do not take turns */
export async function startVideoWall(cameras: readonly BenchCamera[], layout: string): Promise<VideoWall> {
  const reels = await startReels()
  const configure = async (directory: string): Promise<void> => {
    const at = (file: string): string => join(directory, file)
    await rm(at('video/demo-isecure.yaml'))
    await writeFile(at('video/bench.yaml'), platform)
    const rows = cameras.map(
      ({ id, place }) => `${id},${id},social-governance,${place.join(',')},http://127.0.0.1:${String(reels.port)}/${id}/live.m3u8`,
    )
    await writeFile(at('video/bench-cameras.csv'), ['id,name,domain,longitude,latitude,main', ...rows, ''].join('\n'))
    const screens = await readFile(at('screens/perceive.yaml'), 'utf8')
    const changed = screens.replace(/layout: '1\+5'\n( +)dwellSeconds: 20/, `layout: '${layout}'\n$1dwellSeconds: 600`)
    if (changed === screens) throw new Error('config/screens/perceive.yaml is no longer as the bench changes it')
    await writeFile(at('screens/perceive.yaml'), changed)
  }
  const stopReels = (): void => reels.close()
  const whole = await startWhole({ configure }).catch((error: unknown) => {
    stopReels()
    throw error
  })
  return {
    whole,
    stop: async () => {
      await whole.stop()
      stopReels()
    },
  }
}

const platform = `id: bench
name: 量具摄像机
shortName: 量具
nameEn: Cameras of the bench
district: '620802'
provider: addresses
cameraList: bench-cameras.csv
mediaHosts: ['127.0.0.0/8']
maxStreams: 64
probeSeconds: 3600
demo: true
catalogueSeconds: 60
domains: {}
contact: none
`

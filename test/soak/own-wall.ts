import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { serverFigures } from '../bench/server-figures.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** The real server with its simulated upstreams, behind a network that can be cut. */
export interface OwnWall {
  readonly signInLink: string
  /** of the stand-in video platform */
  readonly platformUrl: string
  /** Every connection breaks; new ones are refused until `restore`. */
  cut(): void
  restore(): void
  stop(): Promise<void>
}

export async function startOwnWall(): Promise<OwnWall> {
  const whole = await startWhole()
  try {
    await whole.startMocks()
    await untilThePastIsTold(whole)
    const network = await startTcpProxy(Number(new URL(whole.url).port))
    const link = new URL(await whole.signInLink('wall'))
    link.port = String(network.port)
    return {
      signInLink: link.href,
      platformUrl: await platformUrlIn(whole),
      cut: () => network.cut(),
      restore: () => network.restore(),
      stop: async () => {
        await network.close()
        await whole.stop()
      },
    }
  } catch (error) {
    await whole.stop()
    throw error
  }
}

/** At a start the upstreams tell months at once; then a few facts a second. */
async function untilThePastIsTold(whole: Whole): Promise<void> {
  const lookEveryMs = 5_000
  const quiet = 200
  const begun = 1_000
  for (let before = 0; ;) {
    await pause(lookEveryMs)
    const { facts } = await serverFigures(whole)
    if (facts > begun && facts - before < quiet) return
    before = facts
  }
}

async function platformUrlIn({ configDirectory }: Whole): Promise<string> {
  const file = join(configDirectory, 'video/demo-isecure.yaml')
  const url = /^url: (\S+)$/m.exec(await readFile(file, 'utf8'))?.[1]
  if (url === undefined) throw new Error(`${file} is no longer as the soak reads it: there is no line url:`)
  return url
}

import { readOptions, usage } from './options.ts'
import type { SoakOptions } from './options.ts'
import { startOwnWall } from './own-wall.ts'
import { tell } from './report.ts'
import { playRound, roundMs, troubled, watchOnly } from './round.ts'
import type { Deeds } from './round.ts'
import { openSamples, SoakRun } from './soak-run.ts'
import { WallBrowser } from './wall-browser.ts'

/**
 * `npm run soak`: the perception screen in a real browser against a real server, a minute's round of scenes and troubles again and again, and at
 * the end, or at Ctrl-C, whether anything has grown. With `--url` it only watches a wall that runs already.
 */

const size = { width: 1920, height: 1080 }

const options = optionsOrEnd()
const end = new AbortController()
process.once('SIGINT', () => {
  end.abort()
})
const told = openSamples(options.out)
const run = new SoakRun()
const problem = await soak(options).catch((error: unknown) => (end.signal.aborted ? undefined : String(error)))
const { text, code } = tell(run, options.url === undefined)
console.log(`\n${text}`)
if (problem !== undefined) console.error(problem)
process.exitCode = problem === undefined ? code : 1

function optionsOrEnd(): SoakOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exit(64)
  }
}

async function soak({ minutes, url }: SoakOptions): Promise<void> {
  const own = url === undefined ? await startOwnWall() : undefined
  const browser = await WallBrowser.launch(size)
  try {
    await openWall(browser, own?.signInLink ?? url ?? '')
    await repeat(browser, minutes, own === undefined ? watchOnly : troubled(browser, own))
  } finally {
    await browser.close()
    await own?.stop()
  }
}

async function openWall(browser: WallBrowser, link: string): Promise<void> {
  await browser.open(link)
  await browser.open(new URL('/perceive', link).href)
  await browser.until(`document.querySelector('.page.live')`, 'the wall to be live')
  await browser.until(`document.querySelector('.map:not([data-mode="opening"])')`, 'the map')
}

async function repeat(browser: WallBrowser, minutes: number, deeds: Deeds): Promise<void> {
  const rounds = Math.max(1, Math.round((minutes * 60_000) / roundMs))
  console.log(`${String(rounds)} rounds of a minute; Ctrl-C ends them with the table`)
  const tellEvery = Math.max(1, Math.round(rounds / 10))
  for (let round = 0; round < rounds; round += 1) {
    const samples = await playRound(browser, round, { deeds, told, signal: end.signal })
    if (samples === undefined) return
    run.add(samples)
    if ((round + 1) % tellEvery === 0) console.log(`${new Date().toISOString()} ${String(round + 1)} of ${String(rounds)}`)
  }
}

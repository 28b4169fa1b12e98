import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startWhole } from './whole.ts'

/**
 * Takes pictures of the running product with its simulated upstreams: `tsx test/support/picture.ts [folder] [path …]`, in the sizes of the
 * environment's SIZES (`1920x1080,3840x2160`). The picture in README.md is made by `npm run picture`.
 */
const [folder = 'dist/pictures', ...asked] = process.argv.slice(2)
const paths = asked.length > 0 ? asked : ['perceive', 'overview', 'dispatch']
const sizes = (process.env['SIZES'] ?? '1920x1080').split(',').map((text) => {
  const [width = 1920, height = 1080] = text.split('x').map(Number)
  return { width, height }
})
/** long enough for the back-fill, the first video frames and the map */
const settleMs = Number(process.env['SETTLE_MS'] ?? 12_000)

mkdirSync(folder, { recursive: true })
const whole = await startWhole()
try {
  await whole.startMocks()
  await new Promise((done) => setTimeout(done, settleMs))
  for (const size of sizes)
    for (const path of paths) {
      const page = await whole.wallPage(`/${path}`, size)
      await new Promise((done) => setTimeout(done, settleMs))
      const name = `${path.replaceAll(/[^a-z0-9]+/gi, '-')}-${String(size.width)}x${String(size.height)}.png`
      await page.screenshot({ path: join(folder, name) })
      console.log(join(folder, name))
      await page.context().close()
    }
  for (const address of whole.outside) console.error(`asked for outside: ${address}`)
  for (const error of whole.pageErrors) console.error(`page error: ${error}`)
} finally {
  await whole.stop()
}

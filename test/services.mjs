import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root, run } from '../server/launch/prepare.mjs'

// Tests against programs of other makers. One that is absent is an error here: `npm test` is for machines without them.
const needed = [{ program: 'ffmpeg', args: ['-version'], cure: 'apt-get install ffmpeg' }]
const absent = needed.filter(({ program, args }) => spawnSync(program, args).status !== 0)
for (const { program, cure } of absent) console.error(`test:services needs ${program}, which does not run here: ${cure}`)
if (absent.length > 0) process.exit(1)
try {
  await ensureInstalled()
  await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts', '--project', 'services'])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

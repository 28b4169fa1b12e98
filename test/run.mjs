import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, nodeProblem, root, run } from '../server/launch/prepare.mjs'

// `npm test` on a machine that has only git, Node and npm: whatever is missing is installed or built first.
const problem = nodeProblem()
if (problem !== undefined) {
  console.error(problem)
  process.exit(1)
}
try {
  await ensureInstalled()
  await ensureBuilt()
  await run(process.execPath, [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'test/vitest.config.ts',
    '--project',
    'unit',
    '--project',
    'whole',
    ...process.argv.slice(2),
  ])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

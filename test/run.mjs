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
  const asked = process.argv.slice(2)
  const test = (...projects) =>
    run(process.execPath, [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--config', 'test/vitest.config.ts'],
      ...projects.flatMap((project) => ['--project', project]),
      ...asked,
    ])
  // those of the whole run one file at a time and wait more than they work: the others take what they leave over. Who asks for some files sees one run
  const runs = asked.length > 0 ? [test('unit', 'whole')] : [test('unit'), test('whole')]
  const failed = (await Promise.allSettled(runs)).flatMap(({ reason }) => (reason === undefined ? [] : [reason.message]))
  if (failed.length > 0) throw new Error(failed.join('\n'))
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

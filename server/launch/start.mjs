import { nodeProblem } from './prepare.mjs'

const problem = nodeProblem()
if (problem !== undefined) {
  console.error(problem)
  process.exit(1)
}
const { ensureInstalled, ensureBuilt } = await import('./prepare.mjs')
const { runDemo } = await import('./demo.mjs')
try {
  await ensureInstalled()
  await ensureBuilt()
  await runDemo()
} catch (error) {
  console.error(`Could not start: ${error.message}`)
  process.exit(1)
}

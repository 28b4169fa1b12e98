import { ensureInstalled, nodeProblem } from './prepare.mjs'

// `npm run dev`: the same demonstration, with the server and the upstreams restarted on each change and the client served by Vite with hot replacement.
const problem = nodeProblem()
if (problem !== undefined) {
  console.error(problem)
  process.exit(1)
}
await ensureInstalled()
const { runDemo } = await import('./demo.mjs')
await runDemo({ watch: true })

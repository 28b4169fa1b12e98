import { World } from '../../server/core/world.ts'
import { registryWith } from '../support/registry.ts'
import { districtLife } from '../support/district-life.ts'
const world = new World(registryWith())
const life = districtLife({ from: Date.UTC(2025, 0, 1), days: 10000, ordersPerDay: 500, indicators: [] })
let n = 0, seq = 0, cpu = 0
while (n < 400000) {
  const batch: any[] = []
  for (let i = 0; i < 2000; i++) batch.push(life.next().value)
  const b = process.cpuUsage()
  for (const t of batch) for (const fact of t.facts) { world.apply({ seq: ++seq, at: t.at, feed: t.feed, fact }); if (fact.kind === 'work-order') n++ }
  const u = process.cpuUsage(b); cpu += u.user + u.system
}
console.log(n, seq, cpu / 1000, 'ms', cpu / n, 'us per fact', process.memoryUsage().heapUsed / 1e6)

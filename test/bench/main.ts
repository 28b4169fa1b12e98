import { parseArgs } from 'node:util'
import { durableIntake } from './durable-intake.ts'
import { fanOut } from './fan-out.ts'
import { feedMeasures } from './feed-measures.ts'
import { firstPicture } from './first-picture.ts'
import { firstWall } from './first-wall.ts'
import { httpIntake } from './http-intake.ts'
import { latency } from './latency.ts'
import { atLeast, atMost, megabytes, ms, percent, perSecond, ratio } from './line.ts'
import type { Line } from './line.ts'
import { mapPoints } from './map-points.ts'
import { reportTimes } from './monthly-report.ts'
import { overviewFact } from './overview-fact.ts'
import { overviewOrders } from './overview-orders.ts'
import { curveTimes } from './overview-curves.ts'
import { pastTimes } from './past.ts'
import { startFigures } from './start.ts'
import { videoDecoding } from './video-decoding.ts'
import { videoProxy } from './video-proxy.ts'
import { wallFigures } from './walls.ts'

/**
 * `npm run bench`: measures how fast the product is and prints it beside its goals. `npm run bench -- http-intake start` runs those alone.
 * `npm run bench -- feeds-webhook --seconds 600` lets the sustained loads run for longer than the usual few seconds: memory is told from 5 minutes on.
 * `npm run bench -- past --facts 10000000` looks back into a year of so many facts: some twenty minutes, and 4 GB of disk until it ends.
 * What is compared runs side by side in one run, on one machine; read the ratios. A goal missed is told, it is no failure.
 */

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '6' }, facts: { type: 'string', default: '1000000' } },
})

const measures: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  'fan-out': async () => {
    const lines: Line[] = []
    for (const sockets of [100, 1_000]) {
      const { updatesPerSecond, cpuRatio, gateway, bare } = await fanOut(sockets)
      const load = `${String(sockets)} sockets, ${String(updatesPerSecond)} updates/s`
      const [ours, theirs] = [gateway, bare].map(({ cpuMicrosPerDelivery }) => `${cpuMicrosPerDelivery.toFixed(2)} µs`)
      lines.push(
        { what: `${load}: CPU per delivery, ${ours ?? ''} to bare ws ${theirs ?? ''}`, figure: ratio(cpuRatio), goal: atMost(cpuRatio, 0.5) },
        { what: `${load}: p50 update → socket (bare ${ms(bare.p50Ms)})`, figure: ms(gateway.p50Ms), goal: atMost(gateway.p50Ms, 20, ' ms') },
        {
          what: `${load}: delivered (bare ${ratio(bare.deliveredShare)})`,
          figure: ratio(gateway.deliveredShare),
          goal: atLeast(gateway.deliveredShare, 1),
        },
      )
    }
    return lines
  },
  latency: async () => {
    const { p50Ms, p99Ms } = await latency()
    return [{ what: `POST → durable → frame at a socket, p50 (p99 ${ms(p99Ms)})`, figure: ms(p50Ms), goal: atMost(p50Ms, 20, ' ms') }]
  },
  'http-intake': async () => {
    const { callers, bytesPerRow, rowsPerSecond, bareRowsPerSecond, ratio: share, cpuMicrosPerRow, p50Ms } = await httpIntake()
    const sides = `${perSecond(rowsPerSecond)} to bare driver ${perSecond(bareRowsPerSecond)}`
    return [
      {
        what: `rows of ${bytesPerRow.toFixed(0)} bytes durable over HTTP, batches of 100: ${sides}`,
        figure: ratio(share),
        goal: atLeast(share, 0.5),
      },
      { what: `the same: CPU of all the server's threads per row`, figure: `${cpuMicrosPerRow.toFixed(1)} µs` },
      { what: `the same: p50 of a request, ${String(callers)} callers`, figure: ms(p50Ms) },
    ]
  },
  'durable-intake': async () => {
    const lines: Line[] = []
    for (const callers of [1, 16]) {
      const { name, rowsPerSecond, bareRowsPerSecond, ratio: share } = await durableIntake(callers)
      lines.push({ what: `${name}, no HTTP: ${perSecond(rowsPerSecond)} to ${perSecond(bareRowsPerSecond)}`, figure: ratio(share) })
    }
    return lines
  },
  'first-wall': async () =>
    (await firstWall()).flatMap(({ screen, firstWallMs, workPerPushFrame, longestTaskMs }) => [
      { what: `first full wall, ${screen}`, figure: ms(firstWallMs), goal: atMost(firstWallMs, 2_000, ' ms') },
      // the clock's second hand adds one in ten at ten push frames a second
      { what: `frames with work per push frame, ${screen}`, figure: ratio(workPerPushFrame), goal: atMost(workPerPushFrame, 1.1) },
      { what: `longest task while updates arrive, ${screen}`, figure: ms(longestTaskMs) },
    ]),
  'monthly-report': async () => {
    const { facts, indicators, orders, firstMs, usualMs, docxMs, docxBytes } = await reportTimes()
    const load = `report of ${String(indicators)} indicator values and ${String(orders)} orders, ${facts.toLocaleString('en')} facts in the log`
    return [
      { what: `${load}: another cut-off → .docx, median of 5`, figure: ms(usualMs), goal: atMost(usualMs, 2_000, ' ms') },
      { what: 'the same: the first, which folds the log without a checkpoint, and starts the thread that does', figure: ms(firstMs) },
      { what: `the same: processor time for the .docx alone (${(docxBytes / 1_024).toFixed(0)} KiB)`, figure: ms(docxMs) },
    ]
  },
  'map-points': async () => {
    const { points, movedPerSecond, p50Ms, p95Ms, longestTaskMs, longestFrameMs, busyShare } = await mapPoints(Number(values.seconds))
    const load = `${points.toLocaleString('en')} points on the map, ${movedPerSecond.toLocaleString('en')} moved per second`
    return [
      { what: `${load}: main thread per update, p95 (p50 ${ms(p50Ms)})`, figure: ms(p95Ms), goal: atMost(p95Ms, 16, ' ms') },
      { what: `${load}: longest time between two frames`, figure: ms(longestFrameMs), goal: atMost(longestFrameMs, 100, ' ms') },
      { what: `${load}: longest task of the main thread`, figure: ms(longestTaskMs) },
      { what: `${load}: share of the main thread that was busy`, figure: ratio(busyShare) },
    ]
  },
  ...feedMeasures(Number(values.seconds)),
  'overview-fact': () =>
    Promise.resolve(
      overviewFact().map(({ dependents, changed, p50Ms, p99Ms }) => ({
        what: `CPU of a fact to ${String(changed)} figures drained, 500 indicators × 40 units, p99 (p50 ${p50Ms.toFixed(2)} ms)`,
        figure: `${p99Ms.toFixed(2)} ms`,
        // the goal is for an input of the plan; one that everything hangs on is told beside it
        ...(dependents < 100 && { goal: atMost(p99Ms, 1, ' ms') }),
      })),
    ),
  'overview-orders': () => overviewOrders(),
  'overview-curves': async () => {
    const { samples, takenInMs, yearMs, everySecondMs, computedMs } = await curveTimes()
    return [
      { what: 'a year of daily values, from the question to the answer', figure: ms(yearMs), goal: atMost(yearMs, 50, ' ms') },
      { what: 'a day told every second, 86,400 values reduced to 500', figure: ms(everySecondMs), goal: atMost(everySecondMs, 50, ' ms') },
      { what: 'a year computed from 2 inputs × 40 units, each told daily at another instant', figure: ms(computedMs) },
      { what: `taking in ${samples.toLocaleString('en')} values with the first question, once`, figure: ms(takenInMs) },
    ]
  },
  'first-picture': async () => {
    const { clicks, seenP50Ms, seenP95Ms, decodedP50Ms, decodedP95Ms } = await firstPicture()
    const touch = `${String(clicks)} touches on running cameras, H.264 640×360`
    return [
      { what: `${touch}: until the picture is seen, p95 (p50 ${ms(seenP50Ms)})`, figure: ms(seenP95Ms), goal: atMost(seenP95Ms, 1_500, ' ms') },
      { what: `the same: until the first frame is decoded, p95 (p50 ${ms(decodedP50Ms)})`, figure: ms(decodedP95Ms) },
    ]
  },
  'video-decoding': async () => {
    const { tiles, still, moving } = await videoDecoding(Number(values.seconds))
    const beside = `${String(tiles)} pictures 640×360 decoded in software beside the points of map-points`
    return [
      { what: `${beside}: frames lost`, figure: percent(moving.lostShare), goal: atMost(100 * moving.lostShare, 1, ' %') },
      { what: `the same while the points stand`, figure: percent(still.lostShare) },
      {
        what: `frames decoded of those sent (while the points stand ${ratio(still.keptUp)})`,
        figure: ratio(moving.keptUp),
        goal: atLeast(moving.keptUp, 0.99),
      },
      { what: `tiles playing at the end, players built anew meanwhile ${String(moving.restarted)}`, figure: String(moving.playing) },
    ]
  },
  'video-proxy': async () => {
    const figures = await videoProxy()
    const { viewers, cameras, requests, bytes, cpu, failures } = figures
    const crowd = `${String(viewers)} viewers of ${String(cameras)} cameras`
    return [
      { what: `${crowd}: requests to the platform per viewer, through us to pulled directly`, figure: ratio(requests), goal: atMost(requests, 0.1) },
      { what: 'the same: bytes', figure: ratio(bytes), goal: atMost(bytes, 0.1) },
      { what: "the same: the media server's CPU", figure: ratio(cpu), goal: atMost(cpu, 0.1) },
      {
        what: `CPU per viewer, of our server (${figures.ownCpuPercent.toFixed(3)} % of a core) to a media server pulled directly (${figures.directCpuPercent.toFixed(3)} %)`,
        figure: ratio(figures.ownCpuPercent / figures.directCpuPercent),
      },
      { what: `p50 of a segment of 250 kB (directly ${ms(figures.directSegmentP50Ms)})`, figure: ms(figures.segmentP50Ms) },
      { what: 'p50 of a playlist', figure: ms(figures.playlistP50Ms) },
      { what: 'held in memory for all of them', figure: `${figures.cacheMegabytes.toFixed(0)} MiB` },
      { what: 'requests that failed', figure: String(failures), goal: atMost(failures, 0) },
    ]
  },
  past: async () => {
    const { facts, instant, next, nearby, bare, log, checkpoints } = await pastTimes(Number(values.facts), 60)
    const year = `a year of ${facts.toLocaleString('en')} facts`
    return [
      {
        what: `any instant of ${year}, over HTTP, p95 (p50 ${ms(instant.p50Ms)})`,
        figure: ms(instant.p95Ms),
        goal: atMost(instant.p95Ms, 500, ' ms'),
      },
      {
        what: `how it went on from there, as a wall at 60× asks, p95 (p50 ${ms(next.p50Ms)})`,
        figure: ms(next.p95Ms),
        goal: atMost(next.p95Ms, 50, ' ms'),
      },
      { what: `another instant within four hours of it, p95 (p50 ${ms(nearby.p50Ms)})`, figure: ms(nearby.p95Ms) },
      {
        what: `an instant to reading the rows since its checkpoint and nothing else (p50 ${ms(bare.p50Ms)}), p50`,
        figure: ratio(instant.p50Ms / bare.p50Ms),
      },
      {
        what: `kept for it: ${String(checkpoints.count)} checkpoints, the largest ${megabytes(checkpoints.largestBytes)}, beside a log of ${megabytes(log.bytes)}`,
        figure: megabytes(checkpoints.bytes),
      },
    ]
  },
  walls: async () => {
    const { walls, painted, acknowledged, perSecond: commands, answered } = await wallFigures()
    return [
      {
        what: `desk action → painted on ${String(walls)} walls, the last of them, p99 (p50 ${ms(painted.p50Ms)})`,
        figure: ms(painted.p99Ms),
        goal: atMost(painted.p99Ms, 150, ' ms'),
      },
      { what: `the same until the desk can know it of all of them, p99 (p50 ${ms(acknowledged.p50Ms)})`, figure: ms(acknowledged.p99Ms) },
      {
        what: `command → durable → answered at ${String(commands)}/s, ${String(walls)} walls following, p99 (p50 ${ms(answered.p50Ms)})`,
        figure: ms(answered.p99Ms),
        goal: atMost(answered.p99Ms, 30, ' ms'),
      },
    ]
  },
  start: async () => {
    const { entries, sinceCheckpoint, checkpointMs, fromCheckpoint, fromLog } = await startFigures()
    const whole = `${entries.toLocaleString('en')} entries`
    return [
      {
        what: `start on ${whole}, ${sinceCheckpoint.toLocaleString('en')} since the checkpoint`,
        figure: ms(fromCheckpoint.wholeMs),
        goal: atMost(fromCheckpoint.wholeMs, 3_000, ' ms'),
      },
      { what: `start on ${whole} without a checkpoint`, figure: ms(fromLog.wholeMs) },
      { what: `making the checkpoint, in a thread of its own`, figure: ms(checkpointMs) },
    ]
  },
}

const unknown = asked.filter((name) => !(name in measures))
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.`)
  process.exit(64)
}
for (const [name, measure] of Object.entries(measures)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n${name}`)
  for (const line of await measure()) console.log(textOf(line))
}

function textOf({ what, figure, goal }: Line): string {
  const judged = goal === undefined ? '' : `  goal ${goal.text.padEnd(10)} ${goal.isMet ? 'met' : 'MISSED'}`
  return `  ${what.padEnd(104)} ${figure.padStart(9)}${judged}`
}

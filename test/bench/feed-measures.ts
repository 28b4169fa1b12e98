import { codecSpeeds } from './codecs.ts'
import { idleFeeds } from './idle-feeds.ts'
import { atLeast, atMost, ms, perSecond, ratio } from './line.ts'
import type { Line } from './line.ts'
import { noisyFeed } from './noisy-feed.ts'
import { memoryFromSeconds, sustained } from './sustained.ts'
import type { Sustained } from './sustained.ts'

type Measure = () => Promise<readonly Line[]>

/** @param seconds of a sustained load */
export function feedMeasures(seconds: number): Readonly<Record<string, Measure>> {
  return {
    'feeds-webhook': async () => sustainedLines(await sustained({ way: 'webhook', batchSize: 20, seconds })),
    'feeds-mqtt': async () => sustainedLines(await sustained({ way: 'mqtt', batchSize: 1, seconds })),
    'feeds-codecs': async () =>
      (await codecSpeeds()).map(({ codec, unit, bytesEach, perSecond: speed }) => ({
        what: `${codec}: ${unit} of ${bytesEach.toFixed(0)} bytes decoded in a second of processor time`,
        figure: perSecond(speed),
        ...(codec === 'JSON.parse' ? {} : { goal: atLeast(speed, 50_000) }),
      })),
    'feeds-noisy': async () => {
      const { cap, quietPerSecond, alone, beside, ratio: share } = await noisyFeed()
      const quiet = `four quiet feeds, ${String(quietPerSecond)} messages/s`
      return [
        {
          what: `${quiet}: p99 ${ms(beside.p99Ms)} beside one at its cap of ${String(cap)}/s, to ${ms(alone.p99Ms)} alone`,
          figure: ratio(share),
          goal: atMost(share, 1.2),
        },
        { what: `the same: p50 (alone ${ms(alone.p50Ms)})`, figure: ms(beside.p50Ms) },
      ]
    },
    'feeds-idle': async () => {
      const { feeds, coreShare, coreShareWithout, residentMegabytes } = await idleFeeds()
      const without = `without them ${coreShareWithout.toFixed(1)} %, ${residentMegabytes.toFixed(0)} MB`
      return [
        {
          what: `${String(feeds)} feeds connected and idle, of one core (${without})`,
          figure: `${coreShare.toFixed(1)} %`,
          goal: atMost(coreShare, 5, ' %'),
        },
      ]
    },
  }
}

const mb = (megabytes: number): string => `${megabytes.toFixed(0)} MB`

function sustainedLines({ way, batchSize, perSecond: rate, seconds, ours, bare, ...memory }: Sustained): readonly Line[] {
  const load = `${way}, ${batchSize === 1 ? 'single messages' : `batches of ${String(batchSize)}`}, ${perSecond(rate)} mapped, ${String(seconds)} s`
  const cpu = ours.cpuMicrosPerFact / bare.cpuMicrosPerFact
  const [us, them] = [ours, bare].map(({ cpuMicrosPerFact }) => `${cpuMicrosPerFact.toFixed(0)} µs`)
  return [
    { what: `${load}: p99 sent → durable → answered (bare ${ms(bare.p99Ms)})`, figure: ms(ours.p99Ms), goal: atMost(ours.p99Ms, 100, ' ms') },
    { what: `the same: p50 (bare ${ms(bare.p50Ms)})`, figure: ms(ours.p50Ms) },
    { what: 'the same: of what was sent, answered', figure: ratio(ours.takenShare), goal: atLeast(ours.takenShare, 1) },
    { what: `the same: CPU of all threads per fact, ${us ?? ''} to ${them ?? ''} of a loop written by hand`, figure: ratio(cpu) },
    { what: 'the same: the most memory resident, garbage and all', figure: mb(memory.residentMegabytes) },
    ...(seconds < memoryFromSeconds
      ? []
      : [
          {
            what: `the same: memory in use after a collection of garbage, ${mb(memory.usedMegabytes)} at the end, grows in a minute by`,
            figure: `${memory.memorySlope.toFixed(1)} MB`,
            goal: atMost(memory.memorySlope, 1, ' MB'),
          },
        ]),
  ]
}

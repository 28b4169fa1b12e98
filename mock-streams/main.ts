import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { carry } from './courier.ts'
import type { City } from './city/scenario.ts'
import { isSilent } from './city/scenario.ts'
import { runDuty } from './duty/duty.ts'
import { hotlinePlatform } from './hotline/platform.ts'
import { indicatorPlatform } from './indicators/platform.ts'
import { createIntakeClient } from './intake-client.ts'
import { sessionsIn } from './office/kept-sessions.ts'
import { runOffice } from './office/office.ts'
import { linkedSystems, runLinked } from './linked/system.ts'
import type { MockOptions } from './options.ts'
import { readOptions, secretVariable, usage } from './options.ts'
import type { Platform } from './platform.ts'
import { findToken } from './token.ts'
import type { Upstream } from './upstream.ts'
import { upstreams } from './upstreams.ts'
import { startVideoPlatform } from './video/platform.ts'
import { wait } from './wait.ts'

/** Starts the simulated upstream platforms; they end on SIGINT, SIGTERM, or when the process that started them is gone. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env, Date.now())
  if (options === undefined) {
    say(usage)
    return 0
  }
  const ending = new AbortController()
  // every device waits for it
  setMaxListeners(0, ending.signal)
  const end = (): void => {
    ending.abort()
  }
  process.once('SIGINT', end).once('SIGTERM', end).once('disconnect', end)
  const video = await openVideo(options)
  try {
    const { city } = options
    await Promise.all([
      ...[hotlinePlatform(city), indicatorPlatform(city)].map((platform) => run(platform, options, ending.signal)),
      ...upstreams.map((upstream) => start(upstream, options, ending.signal)),
      enter(options, ending.signal),
      serve(options, ending.signal),
      linkUp(options, ending.signal),
    ])
    return 0
  } catch (error) {
    if (ending.signal.aborted) return 0
    throw error
  } finally {
    ending.abort()
    await video?.close()
    if (process.connected) process.disconnect()
  }
}

async function start(upstream: Upstream, { city, ports, dataDirectory, secretOf }: MockOptions, signal: AbortSignal): Promise<void> {
  const { feed, secretName } = upstream
  const secret = secretName === undefined ? '' : secretOf(secretName)
  if (secret === undefined) {
    say(`${feed}: not started, since ${secretVariable(secretName ?? '')} is not set`)
    return
  }
  await upstream.run({ city, ports, dataDirectory, now: () => Date.now(), wait, signal, say }, secret)
}

async function enter({ city: { seed }, office, dataDirectory }: MockOptions, signal: AbortSignal): Promise<void> {
  if (office === undefined) say('entries: nobody fills in, since MOCK_OFFICE_LINKS is not set')
  else
    await runOffice({ links: office, sessions: sessionsIn(join(dataDirectory, 'secrets/mock-office.json'), office.length), seed, wait, signal, say })
}

async function serve({ duty, dataDirectory }: MockOptions, signal: AbortSignal): Promise<void> {
  if (duty === undefined) {
    say('duty: nobody is on duty, since MOCK_DUTY_LINKS is not set')
    return
  }
  const sessions = sessionsIn(join(dataDirectory, 'secrets/mock-duty.json'), 2 + duty.units.length)
  await runDuty({ links: duty, sessions, now: () => Date.now(), wait, signal, say })
}

async function linkUp({ city, ports, server, secretOf }: MockOptions, signal: AbortSignal): Promise<void> {
  const secrets = new Map(
    linkedSystems.flatMap(({ id, secretName }) => {
      const secret = secretOf(secretName)
      if (secret === undefined) say(`${id}: not linked, since ${secretVariable(secretName)} is not set`)
      return secret === undefined ? [] : [[id, secret] as const]
    }),
  )
  if (secrets.size > 0) await runLinked({ server, seed: city.seed, port: ports.linked, secrets, now: () => Date.now(), wait, signal, say })
}

async function openVideo({ city, ports, video }: MockOptions): Promise<{ close(): Promise<void> } | undefined> {
  if (video === undefined) {
    say('video: not started, since YIPING_DEMO_ISECURE_KEY and YIPING_DEMO_ISECURE_SECRET are not set')
    return undefined
  }
  const platform = await startVideoPlatform({
    ...video,
    port: ports.video,
    seed: city.seed,
    scenario: city.scenario === 'outage' ? 'outage' : 'usual',
  })
  say(`video: the platform listens on ${platform.url}`)
  return platform
}

async function run(platform: Platform, { server, city }: MockOptions, signal: AbortSignal): Promise<void> {
  const { feed } = platform
  const refusals = refusalLog(feed)
  const client = createIntakeClient({
    server,
    feed,
    token: findToken(feed, process.env),
    signal,
    onTrouble: (reason) => {
      say(reason === undefined ? `${feed}: the server takes messages again` : `${feed}: waiting, ${reason}`)
    },
  })
  await carry({
    platform,
    client,
    signal,
    now: () => Date.now(),
    wait,
    isSilent: (at) => isSilent(city, at),
    onBackfilled: ({ messages, accepted, duplicates, refused }) => {
      const counts = `${String(accepted)} facts new, ${String(duplicates)} known, ${String(refused)} refused`
      say(`${feed}: the past is told in ${String(messages)} messages (${counts}); live from now on, scenario ${describe(city)}`)
    },
    onRefused: refusals,
  })
}

const describe = ({ scenario, seed, speed }: City): string => `${scenario}, seed ${String(seed)}, speed ${String(speed)}`

/** The first refusal in words, then one line a minute with a count. */
function refusalLog(feed: string): (refused: readonly { readonly stage: string; readonly code: string; readonly detail: string }[]) => void {
  let unsaid = 0
  let saidAt = Number.NEGATIVE_INFINITY
  return (refused) => {
    unsaid += refused.length
    const [first] = refused
    if (first === undefined || performance.now() - saidAt < 60_000) return
    say(`${feed}: ${String(unsaid)} refused, such as ${first.stage}/${first.code}: ${first.detail.slice(0, 300)}`)
    unsaid = 0
    saidAt = performance.now()
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`mock-streams: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)

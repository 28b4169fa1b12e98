import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createIntakeClient } from '../intake-client.ts'
import { findToken } from '../token.ts'
import { wait } from '../wait.ts'
import type { Progress } from './player.ts'
import { play } from './player.ts'
import { recordings } from './recordings.ts'
import type { Recording } from './recordings.ts'
import type { Tape } from './tape.ts'
import { loadTape } from './tape.ts'

const usage = `npm run replay -- --feed <name> --file <csv> [options]     plays a recording of a real upstream through the public intake

  --feed <name>      which recording it is: ${recordings.map(({ feed }) => feed).join(', ')}
  --file <csv>       the file
  --speed <n|max>    seconds of the recording per second, or as fast as it is taken   (3600)
  --quiet <s>        a stretch in which nothing happened is cut to so many real seconds (5)
  --url <url>        where the operations centre listens                              (YIPING_URL, http://localhost:8080)
  --limit <n>        rows played at most, the earliest first
  --from <date>      leaves out what began before, such as 2017-12-30 (UTC)
  --token <token>    of the feed; else YIPING_FEED_TOKEN_<FEED>, else <YIPING_DATA or data>/secrets/feeds/<feed>.token
  --help

Playing the same again doubles nothing. Ends with 1 when anything was refused, with 130 when it was interrupted.`

const progressEveryMs = 2_000

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2))
  if (asked === undefined) {
    say(usage)
    return 0
  }
  const { recording, file } = asked
  const token = findToken(recording.feed, process.env, asked.token)
  const tape = await loadTape(file, recording, asked)
  say(`${file}: ${String(tape.rows)} rows, ${String(tape.messages.length)} messages`)
  const ending = new AbortController()
  process.once('SIGINT', () => {
    ending.abort()
  })
  const outcome = await playTape(tape, asked, token, ending.signal)
  say(progressLine(outcome))
  if (outcome.remaining > 0) {
    say('interrupted: start it again to go on, what is known already is not counted twice')
    return 130
  }
  say(totalsText(tape))
  return outcome.refused > 0 ? 1 : 0
}

interface Asked {
  readonly recording: Recording
  readonly file: string
  readonly speed: number
  readonly longestQuietMs: number
  readonly url: string
  readonly limit: number
  readonly from: number
  readonly token: string | undefined
}

function readArguments(argv: readonly string[]): Asked | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: { feed: text, file: text, speed: text, quiet: text, url: text, limit: text, from: text, token: text, help: { type: 'boolean' } },
  })
  if (values.help === true) return undefined
  const recording = recordings.find(({ feed }) => feed === values.feed)
  if (recording === undefined) throw new Error(`--feed ${values.feed ?? 'is missing'}: there are ${recordings.map(({ feed }) => feed).join(', ')}`)
  if (values.file === undefined) throw new Error('--file is missing: name the CSV file of the recording')
  if (!existsSync(values.file)) throw new Error(`--file ${values.file}: there is no such file`)
  const from = values.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(values.from)
  if (Number.isNaN(from)) throw new Error(`--from ${values.from ?? ''}: give a date such as 2017-12-30`)
  return {
    recording,
    file: values.file,
    speed: values.speed === 'max' ? Infinity : positive('--speed', values.speed, 3_600),
    longestQuietMs: positive('--quiet', values.quiet, 5) * 1_000,
    url: values.url ?? process.env['YIPING_URL'] ?? 'http://localhost:8080',
    limit: positive('--limit', values.limit, Infinity),
    from,
    token: values.token,
  }
}

function positive(name: string, given: string | undefined, usual: number): number {
  const value = given === undefined ? usual : Number(given)
  if (value > 0) return value
  throw new Error(`${name} ${String(given)}: give a number above 0`)
}

async function playTape(tape: Tape, asked: Asked, token: string, signal: AbortSignal): Promise<Progress> {
  let latest: Progress = { sent: 0, remaining: tape.messages.length, accepted: 0, duplicates: 0, refused: 0, at: tape.messages[0]?.at ?? 0 }
  const client = createIntakeClient({
    server: asked.url,
    feed: asked.recording.feed,
    token,
    signal,
    onTrouble: (reason) => {
      say(reason === undefined ? 'the server takes messages again' : `waiting: ${reason}`)
    },
  })
  const timer = setInterval(() => {
    say(progressLine(latest))
  }, progressEveryMs)
  try {
    return await play({
      messages: tape.messages,
      client,
      speed: asked.speed,
      longestQuietMs: asked.longestQuietMs,
      signal,
      now: () => performance.now(),
      wait,
      onProgress: (progress) => {
        latest = progress
      },
      onRefused: ([first]) => {
        if (first !== undefined) say(`refused: ${first.stage}/${first.code}: ${first.detail.slice(0, 300)}`)
      },
    })
  } catch (error) {
    if (signal.aborted) return latest
    throw error
  } finally {
    clearInterval(timer)
  }
}

function progressLine({ sent, remaining, accepted, duplicates, refused, at }: Progress): string {
  const counts = `${String(sent)} sent (${String(accepted)} facts new, ${String(duplicates)} known), ${String(refused)} refused, ${String(remaining)} remaining`
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${counts}`
}

/** What was played, counted here from the file alone: the wall must show the same. */
function totalsText({ totals, rows }: Tape): string {
  const sections = Object.entries(totals).map(([heading, counts]) => {
    const lines = [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([value, count]) => `  ${String(count).padStart(7)}  ${value === '' ? '(empty)' : value}`)
    return [`by ${heading}`, ...lines].join('\n')
  })
  return [`${String(rows)} requests played; the wall should show`, ...sections].join('\n')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`replay: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 2
  },
)

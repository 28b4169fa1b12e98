import { parseArgs } from 'node:util'
import { settingsOf } from '../settings.ts'
import { checkFeeds } from './check.ts'
import { newFeed } from './new-feed.ts'
import { listFeeds, replayFeed, tailFeed } from './remote.ts'
import type { RunningServer } from './remote.ts'
import { tryFeed } from './try-feed.ts'

const usage = `npm run feed -- <command>      what the bench does, at the terminal

  check                          reads the whole configuration and tells every mistake
  try <feed|file.yaml> <sample>  takes a sample (a file, or - for standard input) through decode, map and admit; records nothing
      --hex | --base64           how the sample is written; else it is taken as it is
      --origin <text>            what it is said to come from: a topic, a file's name
  new <id> --source <scheme:>    writes config/feeds/<id>.yaml, every key explained, to be filled in
      --codec <name>
  list                           the running server's feeds and how they stand
  tail <feed>                    the messages of a feed as they come, personal data masked; ends with Ctrl-C
  replay <feed> [--cause <id>]   sends what was refused through again

list, tail and replay ask a running server: --url or YIPING_URL (http://localhost:8080), --token or YIPING_BOOTSTRAP_TOKEN.
The configuration folder is YIPING_CONFIG, or config.`

const text = { type: 'string' } as const
const yes = { type: 'boolean' } as const

/** A mistake of whoever typed the command, in words. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { hex: yes, base64: yes, help: yes, origin: text, source: text, codec: text, cause: text, url: text, token: text },
  })
  const [command, ...names] = positionals
  if (command === undefined || values.help === true) return say(usage)
  const run = commands[command]
  if (run === undefined) throw new UsageError(`there is no command ${JSON.stringify(command)}`)
  return await run({ ...none, ...values }, (index, what) => required(names, index, what))
}

type Values = Readonly<Record<'origin' | 'source' | 'codec' | 'cause' | 'url' | 'token', string | undefined>> &
  Readonly<Record<'hex' | 'base64', boolean | undefined>>

/** @param name the command's own arguments, by their place */
type Command = (values: Values, name: (index: number, what: string) => string) => number | Promise<number>

const none: Values = {
  ...{ origin: undefined, source: undefined, codec: undefined, cause: undefined, url: undefined, token: undefined },
  ...{ hex: undefined, base64: undefined },
}

const configDirectory = (): string => settingsOf(process.env).configDirectory

const commands: Readonly<Record<string, Command>> = {
  check: () => checkFeeds(configDirectory(), say),
  try: ({ hex, base64, origin }, name) => {
    const encoding = hex === true ? 'hex' : base64 === true ? 'base64' : undefined
    return tryFeed({ configDirectory: configDirectory(), feed: name(0, 'feed'), file: name(1, 'sample'), encoding, origin }, say)
  },
  new: ({ source, codec }, name) => newFeed({ configDirectory: configDirectory(), id: name(0, 'id'), source, codec }, say),
  list: (values) => listFeeds(serverOf(values), say),
  tail: (values, name) => tailFeed(serverOf(values), name(0, 'feed'), say),
  replay: (values, name) => replayFeed(serverOf(values), { feed: name(0, 'feed'), cause: values.cause }, say),
}

function serverOf({ url, token }: Values): RunningServer {
  const { YIPING_URL, YIPING_BOOTSTRAP_TOKEN } = process.env
  return { url: url ?? YIPING_URL ?? 'http://localhost:8080', token: token ?? YIPING_BOOTSTRAP_TOKEN ?? '' }
}

function required(names: readonly string[], index: number, what: string): string {
  const name = names[index]
  if (name === undefined) throw new UsageError(`${what} is missing`)
  return name
}

function say(line: string): 0 {
  process.stdout.write(`${line}\n`)
  return 0
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${isUsage ? `\n${usage}\n` : ''}`)
    process.exitCode = isUsage ? 64 : 1
  },
)

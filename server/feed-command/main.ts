import { parseArgs } from 'node:util'
import { checkFeeds } from './check.ts'
import { settingsOf } from '../settings.ts'
import { configurationFolder } from './configuration-folder.ts'
import { newFeed } from './new-feed.ts'
import { listFeeds, replayFeed, tailFeed, tokenBeside } from './remote.ts'
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

list, tail and replay ask a running server: --url or YIPING_URL (http://localhost:8080), --token, YIPING_BOOTSTRAP_TOKEN,
or for a server on this machine the file <data>/secrets/admin.token, which \`npm start\` writes.
The configuration folder is YIPING_CONFIG, or config; with MOCK_PORT_BASE the copy that npm start made of it.`

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
  const configDirectory = configurationFolder(process.env)
  const { dataDirectory } = settingsOf(process.env)
  const server = serverOf(values, dataDirectory)
  switch (command) {
    case 'check':
      return checkFeeds(configDirectory, say)
    case 'try': {
      const encoding = values.hex === true ? 'hex' : values.base64 === true ? 'base64' : undefined
      return await tryFeed(
        { configDirectory, feed: required(names, 0, 'feed'), file: required(names, 1, 'sample'), encoding, origin: values.origin },
        say,
      )
    }
    case 'new':
      return newFeed({ configDirectory, id: required(names, 0, 'id'), source: values.source, codec: values.codec }, say)
    case 'list':
      return await listFeeds(server, say)
    case 'tail':
      return await tailFeed(server, required(names, 0, 'feed'), say)
    case 'replay':
      return await replayFeed(server, { feed: required(names, 0, 'feed'), cause: values.cause }, say)
    default:
      throw new UsageError(`there is no command ${JSON.stringify(command)}`)
  }
}

function serverOf(given: { readonly url?: string | undefined; readonly token?: string | undefined }, dataDirectory: string): RunningServer {
  const { YIPING_URL, YIPING_BOOTSTRAP_TOKEN } = process.env
  const url = given.url ?? YIPING_URL ?? 'http://localhost:8080'
  return { url, token: given.token ?? YIPING_BOOTSTRAP_TOKEN ?? tokenBeside(url, dataDirectory) }
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

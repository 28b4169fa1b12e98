import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FeedProblem, Sample, TryAnswer, TriedMessage } from '../../contract/bench.ts'
import { localTime } from '../../contract/time.ts'
import { parseFeed } from '../configuration/feed-file.ts'
import { FeedFiles } from '../configuration/feed-files.ts'
import { loadConfiguration } from '../configuration/load.ts'
import { describeProblems } from '../configuration/problem.ts'
import { checkFeed } from '../ingest/open-feed.ts'
import { createPrivacy, keyedNames } from '../ingest/privacy.ts'
import { rehearse } from '../ingest/rehearsal.ts'
import { systemClock } from '../system-clock.ts'

export interface TryOptions {
  readonly configDirectory: string
  /** a feed's id, or the path of a feed's file */
  readonly feed: string
  /** of the sample; `-` is standard input */
  readonly file: string
  readonly encoding: 'hex' | 'base64' | undefined
  readonly origin: string | undefined
}

/** `try`: a sample through decode, map and admit, told message by message. @returns 0 when nothing was refused, else 1 */
export async function tryFeed(options: TryOptions, say: (line: string) => unknown): Promise<number> {
  // the feed itself may be the one with the mistake: it is told apart from the rest
  const loaded = loadConfiguration(options.configDirectory)
  if (!loaded.ok) throw new Error(describeProblems(options.configDirectory, loaded.error))
  const parsed = parseFeed(yamlOf(options), loaded.value, checkFeed)
  if (!parsed.ok) return tellProblems(parsed.error, say)
  // no secret is asked for, and nothing is kept that a name would be needed for another time
  const privacy = createPrivacy({ ...keyedNames(randomUUID()), redact: (text) => text, clock: systemClock })
  const rooms = { registry: loaded.value, last: () => () => undefined, now: systemClock.now(), privacy }
  const answer = await rehearse(parsed.value, sampleOf(options), rooms)
  return tell(answer, parsed.value.zone, say)
}

function yamlOf({ configDirectory, feed }: TryOptions): string {
  if (/\.ya?ml$/.test(feed)) return readFileSync(feed, 'utf8')
  const folder = join(configDirectory, 'feeds')
  const found = FeedFiles.filesIn(folder).find(({ id }) => id === feed)
  if (found !== undefined) return found.yaml
  throw new Error(`no feed in ${folder} is called ${JSON.stringify(feed)}, and it is no .yaml file`)
}

function sampleOf({ file, encoding, origin }: TryOptions): Sample {
  if (file !== '-' && !existsSync(file)) throw new Error(`the sample ${file} is not there`)
  const bytes = readFileSync(file === '-' ? 0 : file)
  const from = origin ?? (file === '-' ? '' : basename(file))
  if (encoding !== undefined) return { body: bytes.toString('utf8'), encoding, origin: from }
  return { body: bytes.toString('base64'), encoding: 'base64', origin: from }
}

function tellProblems(problems: readonly FeedProblem[], say: (line: string) => unknown): number {
  for (const { path, problem, line } of problems) say(`${line === undefined ? '' : `line ${String(line)}: `}${path}: ${problem}`)
  return 1
}

function tell({ problems, refusal, messages, count, factCount, refusalCount }: TryAnswer, zone: string, say: (line: string) => unknown): number {
  if (problems.length > 0) return tellProblems(problems, say)
  if (refusal !== undefined) {
    say(`refused as a whole, ${refusal.stage}/${refusal.code}: ${refusal.detail}`)
    return 1
  }
  for (const message of messages) tellMessage(message, zone, say)
  if (messages.length < count) say(`… and ${String(count - messages.length)} more messages`)
  say(`${String(count)} messages: ${String(factCount)} facts, ${String(refusalCount)} refusals; nothing was recorded; times of ${zone}`)
  return refusalCount === 0 ? 0 : 1
}

function tellMessage({ index, place, facts, unchanged, refusals }: TriedMessage, zone: string, say: (line: string) => unknown): void {
  say(`message ${String(index + 1)}${place === '' ? '' : ` (${place})`}`)
  for (const fact of facts) say(`  ${JSON.stringify(fact, (key, value: unknown) => (isInstant(key, value) ? clockTime(value, zone) : value))}`)
  if (unchanged > 0) say(`  ${String(unchanged)} within the dead-band: not recorded`)
  for (const { stage, code, detail } of refusals) say(`  refused, ${stage}/${code}: ${detail}`)
}

/** Instants of facts are milliseconds, which nobody reads. */
const isInstant = (key: string, value: unknown): value is number => typeof value === 'number' && /(?:^a|A)t$/.test(key)

/** 2026-11-23 14:21:08 in the zone. */
function clockTime(at: number, zone: string): string {
  const { year, month, day, hour, minute, second } = localTime(at, zone)
  const two = (parts: readonly number[], mark: string): string => parts.map((part) => String(part).padStart(2, '0')).join(mark)
  return `${two([year, month, day], '-')} ${two([hour, minute, second], ':')}`
}

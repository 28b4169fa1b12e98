import { posix } from 'node:path'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { FeedMistake } from './feed-file.ts'

/** Places that only one feed can have: a folder whose files are taken away, a port that is listened at. */
export function sharedPlaceMistakes(feed: FeedDefinition, others: Iterable<FeedDefinition>): readonly FeedMistake[] {
  for (const other of others) {
    if (other.id === feed.id) continue
    const path = folderOf(feed)
    if (path !== undefined && path === folderOf(other) && isSamePattern(feed, other)) {
      const cure = `each would take files from the other; write a folder of its own, such as file:${feed.id}, or different patterns in both`
      return [{ path: 'source', problem: `feed ${other.id} takes the files of this folder already: ${cure}` }]
    }
    if (isSamePort(feed.source, other.source))
      return [{ path: 'source', problem: `feed ${other.id} listens at this port already: choose another port, and tell the devices` }]
  }
  return []
}

/** Relative to <data>/drops, or absolute; undefined for what is no folder here. */
function folderOf({ source }: FeedDefinition): string | undefined {
  if (!source.startsWith('file:')) return undefined
  try {
    const path = decodeURIComponent(source.startsWith('file://') ? new URL(source).pathname : source.slice('file:'.length))
    return posix.normalize(path).replace(/\/+$/, '')
  } catch {
    // no address: the transport says so
    return undefined
  }
}

const isSamePattern = (one: FeedDefinition, other: FeedDefinition): boolean =>
  JSON.stringify(one.transport['pattern']) === JSON.stringify(other.transport['pattern'])

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '[::]'])

function isSamePort(one: string, other: string): boolean {
  if (![one, other].every((source) => source.startsWith('tcp:') && URL.canParse(source))) return false
  const [here, there] = [new URL(one), new URL(other)]
  return here.port === there.port && (here.hostname === there.hostname || everyAddress.has(here.hostname) || everyAddress.has(there.hostname))
}

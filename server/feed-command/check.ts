import { loadConfiguration } from '../configuration/load.ts'
import { describeProblems } from '../configuration/problem.ts'
import { checkFeed } from '../ingest/open-feed.ts'

/** Exit code of a configuration with mistakes, as of the server itself. */
const mistaken = 78

/** `check`: every mistake of the configuration, or that there is none. @returns the exit code */
export function checkFeeds(directory: string, say: (line: string) => unknown): number {
  const loaded = loadConfiguration(directory, checkFeed)
  if (loaded.ok) {
    say(`${directory}: no mistakes; ${String(loaded.value.feeds.size)} feeds: ${[...loaded.value.feeds.keys()].join(', ')}`)
    return 0
  }
  say(describeProblems(directory, loaded.error))
  return mistaken
}

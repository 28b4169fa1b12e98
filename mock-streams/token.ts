import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The bearer token of a feed: given by hand, or from the environment, or from the file that the server writes.
 * Errors: throws an Error that lists the three ways when none has it.
 */
export function findToken(feed: string, environment: NodeJS.ProcessEnv, given?: string): string {
  const variable = `YIPING_FEED_TOKEN_${feed.toUpperCase().replaceAll('-', '_')}`
  const fromHand = given ?? environment[variable]
  if (fromHand !== undefined && fromHand !== '') return fromHand
  const file = join(environment['YIPING_DATA'] ?? 'data', 'secrets', 'feeds', `${feed}.token`)
  const fromFile = read(file)
  if (fromFile !== undefined) return fromFile
  throw new Error(`no token for feed ${feed}: set ${variable}, or start the server first, which writes ${file}`)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // whatever the reason, the caller names the file and the other ways
    return undefined
  }
}

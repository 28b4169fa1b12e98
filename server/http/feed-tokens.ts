import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { secretFile } from './secret-file.ts'
import { hashSecret, isSecret } from './secret.ts'

/** 令牌: what each feed shows to be let in. */
export interface FeedTokens {
  /** Reads, or makes, the token of a feed that came later. @throws as openFeedTokens */
  add(feed: string): void
  /** false for an unknown feed, in the same time as for a wrong token */
  matches(feed: string, token: string): boolean
}

export interface FeedTokensOptions {
  /** feeds that exist at the start: their tokens are read, or made, at once */
  readonly feeds: Iterable<string>
  /** folder of `<feed>.token` files, made when missing */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const shortestToken = 16

/** Name of the environment variable that holds a feed's token. */
export const tokenVariable = (feed: string): string => `YIPING_FEED_TOKEN_${feed.toUpperCase().replaceAll('-', '_')}`

/**
 * Reads each feed's token: from its environment variable, else from its file; a file that is missing is made, with 256 random bits, readable
 * by this user only.
 * @throws when a token is too short to be one, naming the variable or the file
 */
export function openFeedTokens({ feeds, directory, environment }: FeedTokensOptions): FeedTokens {
  const hashes = new Map([...feeds].map((feed) => [feed, hashSecret(tokenOf(feed, directory, environment))]))
  const nobody = hashSecret(randomBytes(32).toString('base64url'))
  return {
    add: (feed) => void hashes.set(feed, hashSecret(tokenOf(feed, directory, environment))),
    matches: (feed, token) => isSecret(token, hashes.get(feed) ?? nobody),
  }
}

function tokenOf(feed: string, directory: string, environment: FeedTokensOptions['environment']): string {
  const variable = tokenVariable(feed)
  const named = environment[variable]
  if (named !== undefined) return checked(named.trim(), variable)
  const file = join(directory, `${feed}.token`)
  return checked(secretFile(file), file)
}

function checked(token: string, place: string): string {
  if (token.length >= shortestToken) return token
  throw new Error(`${place}: a feed's token has at least ${String(shortestToken)} characters; use the output of: openssl rand -base64 32`)
}

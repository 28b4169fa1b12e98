import { DatabaseError } from './session.ts'
import type { DatabaseFault } from './session.ts'

/** What the driver's own words give away, where the database gave no number of its own. */
const signs: readonly { readonly said: RegExp; readonly whileConnecting: DatabaseFault; readonly later: DatabaseFault }[] = [
  { said: /timeout/i, whileConnecting: 'unreachable', later: 'slow' },
  { said: /\bSSL\b|\bTLS\b|certificate|self-signed|HANDSHAKE_NO_SSL/i, whileConnecting: 'tls', later: 'tls' },
  { said: /^(E[A-Z]+|PROTOCOL_\w+) |terminated|not queryable|closed/i, whileConnecting: 'unreachable', later: 'lost' },
]

/** An error of a driver, told apart: by the database's number for it, else by the words. */
export function faultOf(error: unknown, byNumber: (error: Error) => DatabaseFault | undefined, isConnecting: boolean): DatabaseError {
  if (!(error instanceof Error)) return new DatabaseError('other', String(error))
  const known = byNumber(error)
  if (known !== undefined) return new DatabaseError(known, error.message, error)
  const sign = signs.find(({ said }) => said.test(`${codeOf(error)} ${error.message}`))
  const guessed = isConnecting ? sign?.whileConnecting : sign?.later
  // several addresses that all failed are told without a message
  return new DatabaseError(guessed ?? 'other', error.message === '' ? codeOf(error) : error.message, error)
}

export const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

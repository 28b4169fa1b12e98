import { randomInt } from 'node:crypto'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { codeAlphabet, codeLength } from '../../contract/wall.ts'

/** 配对码: which browser shows which code. In memory: after a restart a wall shows another. */
export interface WallCodes {
  /** What a session's wall shows: the same until it expires. */
  of(session: string, now: Instant): WallCode
  /** The session whose wall shows a code; undefined for none, and for one that has expired. */
  sessionOf(code: string, now: Instant): string | undefined
  /** The session is a wall now: its code is good for nothing more. */
  used(session: string): void
}

export interface WallCode {
  readonly code: string
  readonly expiresAt: Instant
}

const codeLifeMs = 10 * minuteMs
/** Browsers that wait at the same time: somebody with many sessions must not fill our memory. */
const mostWaiting = 500

export function createWallCodes(): WallCodes {
  const bySession = new Map<string, WallCode>()
  const isGood = ({ expiresAt }: WallCode, now: Instant): boolean => now < expiresAt && expiresAt - now <= codeLifeMs
  const isTaken = (code: string): boolean => [...bySession.values()].some((one) => one.code === code)
  return {
    of(session, now) {
      const known = bySession.get(session)
      if (known !== undefined && isGood(known, now)) return known
      let code = randomCode()
      while (isTaken(code)) code = randomCode()
      const [oldest] = bySession.keys()
      bySession.delete(session)
      if (bySession.size >= mostWaiting && oldest !== undefined) bySession.delete(oldest)
      const fresh = { code, expiresAt: now + codeLifeMs }
      bySession.set(session, fresh)
      return fresh
    },
    sessionOf(code, now) {
      const found = [...bySession].find(([, one]) => one.code === code && isGood(one, now))
      return found?.[0]
    },
    used: (session) => void bySession.delete(session),
  }
}

const randomCode = (): string => Array.from({ length: codeLength }, () => codeAlphabet.charAt(randomInt(codeAlphabet.length))).join('')

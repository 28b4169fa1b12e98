import type { IncomingMessage, ServerResponse } from 'node:http'
import { dayMs, secondMs } from '../../contract/time.ts'
import type { Role } from './route.ts'

const cookieName = 'yiping_session'

/** What browsers keep a cookie for at most; it is renewed each time its page is loaded. Those left out do not outlive the browser. */
const ageSeconds: Readonly<Partial<Record<Role, number>>> = { wall: (400 * dayMs) / secondMs, unit: (30 * dayMs) / secondMs }

export const isLasting = (role: Role | undefined): role is Role => role !== undefined && ageSeconds[role] !== undefined

/** The session a request carries, if any. */
export function sessionCookie(request: IncomingMessage): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.split('=')
    if (name?.trim() === cookieName && value !== undefined && /^[\w-]{1,256}$/.test(value.trim())) return value.trim()
  }
  return undefined
}

/** Gives the browser its session: out of reach of scripts, never sent from foreign pages. A wall's and a unit's outlive the browser. */
export function setSessionCookie(response: ServerResponse, session: string, { role, isSecure }: { role: Role; isSecure: boolean }): void {
  const age = ageSeconds[role]
  const life = age === undefined ? '' : `; Max-Age=${String(age)}`
  response.appendHeader('set-cookie', `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict${life}${isSecure ? '; Secure' : ''}`)
}

export function clearSessionCookie(response: ServerResponse): void {
  response.appendHeader('set-cookie', `${cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
}

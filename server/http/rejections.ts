import type { Rejection } from '../../contract/rejection.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route } from './route.ts'

/** How many of a feed's messages were refused for a reason, and how many of those are no longer kept. */
export interface RejectionTally {
  readonly feed: string
  readonly stage: string
  readonly code: string
  readonly count: number
  readonly evicted: number
}

export interface RejectionRooms {
  readonly rejections: {
    list(query: { readonly feed?: string; readonly cause?: string; readonly limit?: number; readonly before?: number }): readonly Rejection[]
    counts(): readonly RejectionTally[]
  }
}

const mostListed = 200
const usuallyListed = 50

/**
 * GET /api/rejections?feed=&cause=&limit=&before=: refusals, newest first, with counts by reason. `cause` is one that GET /api/quarantine
 * tells; `before` is the smallest id of the page before.
 */
export function rejectionsRoute({ rejections }: RejectionRooms): Route {
  return {
    method: 'GET',
    path: '/api/rejections',
    access: 'desk',
    handler: (_request, response, { query }) => {
      const feed = query.get('feed')
      const cause = query.get('cause')
      const limit = wholeNumber(query, 'limit', mostListed)
      const before = wholeNumber(query, 'before', Number.MAX_SAFE_INTEGER)
      const list = rejections.list({
        limit: limit ?? usuallyListed,
        ...(feed === null ? {} : { feed }),
        ...(cause === null ? {} : { cause }),
        ...(before === undefined ? {} : { before }),
      })
      sendJson(response, 200, { rejections: list, counts: rejections.counts().filter((count) => feed === null || count.feed === feed) })
    },
  }
}

function wholeNumber(query: URLSearchParams, name: string, most: number): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= most) return value
  throw new ProblemError('bad-request', `${name}: ${JSON.stringify(text.slice(0, 40))}; write a whole number from 1 to ${String(most)}`)
}

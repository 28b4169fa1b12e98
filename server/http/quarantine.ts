import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { FeedStatus, ReplayAnswer } from '../../contract/bench.ts'
import type { RejectionCause } from '../../contract/rejection.ts'
import { readJsonBody } from './json-body.ts'
import type { Log } from './log.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { RejectionTally } from './rejections.ts'
import type { Route, Visit } from './route.ts'

export interface QuarantineRooms {
  readonly rejections: {
    causes(query: { readonly feed?: string }): readonly RejectionCause[]
    discard(query: { readonly feed: string; readonly cause: string }): number
    counts(): readonly RejectionTally[]
  }
  /** Sends what is kept of a feed through again, in order; never called twice at once for the same feed. */
  readonly replay: (feed: string, cause: string | undefined) => Promise<ReplayAnswer>
  /** the feeds that are configured now */
  readonly feedStatus: () => readonly Pick<FeedStatus, 'id'>[]
  readonly log: Log
}

/** Answer of GET /api/quarantine. */
interface QuarantineAnswer {
  /** newest first, at most 200 */
  readonly causes: readonly RejectionCause[]
  readonly evicted: readonly RejectionTally[]
}

const feed = z.string('expected the id of a feed').min(1, 'expected the id of a feed').max(128, 'no id of a feed is that long')
const cause = z.string('expected the cause of a group').regex(/^[0-9a-f]{16}$/, 'expected the cause of a group, 16 hexadecimal digits')
const replayRequest = z.strictObject({ feed, cause: cause.optional() })
const discardRequest = z.strictObject({ feed, cause })

const like = '{"feed": "hotline", "cause": "0123456789abcdef"}, with a cause that GET /api/quarantine tells'

/** 隔离区 over HTTP: what is kept, by cause; sending it through again; throwing it away. One feed's changes wait for each other. */
export function quarantineRoutes(rooms: QuarantineRooms): readonly Route[] {
  const inTurn = createTurns()
  return [
    { method: 'GET', path: '/api/quarantine', access: 'desk', handler: (_request, response, visit) => tell(rooms, response, visit) },
    {
      method: 'POST',
      path: '/api/quarantine/replay',
      access: 'admin',
      handler: async (request, response, { sessionId }) => {
        const asked = await readJsonBody(request, replayRequest, like)
        const answer = await inTurn(asked.feed, () => replay(rooms, asked))
        rooms.log('info', 'quarantined messages were sent through again', { ...asked, ...answer, sessionId })
        sendJson(response, 200, answer)
      },
    },
    {
      method: 'POST',
      path: '/api/quarantine/discard',
      access: 'admin',
      handler: async (request, response, { sessionId }) => {
        const asked = await readJsonBody(request, discardRequest, like)
        const discarded = await inTurn(asked.feed, () => rooms.rejections.discard(asked))
        // the only trace of what a hand has thrown away
        rooms.log('info', 'quarantined messages were discarded', { ...asked, discarded, sessionId })
        sendJson(response, 200, { discarded })
      },
    },
  ]
}

function tell({ rejections }: QuarantineRooms, response: ServerResponse, { query }: Visit): void {
  const asked = query.get('feed')
  const answer: QuarantineAnswer = {
    causes: rejections.causes(asked === null ? {} : { feed: asked }),
    evicted: rejections.counts().filter((tally) => asked === null || tally.feed === asked),
  }
  sendJson(response, 200, answer)
}

async function replay(rooms: QuarantineRooms, asked: z.infer<typeof replayRequest>): Promise<ReplayAnswer> {
  // looked at when it is its turn: it may have been taken away meanwhile
  if (!rooms.feedStatus().some(({ id }) => id === asked.feed)) {
    const name = JSON.stringify(asked.feed.slice(0, 80))
    throw new ProblemError('not-found', `feed: ${name} is not configured, so nothing says what its messages mean; configure it, or discard them`)
  }
  return await rooms.replay(asked.feed, asked.cause)
}

/** Runs work of the same name one after the other: of two who press at once, the second finds what the first has left. */
function createTurns(): <T>(name: string, work: () => T | Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const before = last.get(name)
    // a failure is told to the one who asked for it
    const turn = (before ?? Promise.resolve()).then(work, work)
    last.set(name, turn)
    try {
      return await turn
    } finally {
      if (last.get(name) === turn) last.delete(name)
    }
  }
}

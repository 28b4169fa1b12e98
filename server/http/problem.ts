import type { ServerResponse } from 'node:http'
import { problemType } from '../../contract/problem.ts'
import type { ProblemKind } from '../../contract/problem.ts'

/** A problem document (RFC 9457). `detail` names the place, the reason and the cure, in words for the one who has to mend it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** names one occurrence, so that a report can be found in the server's log */
  readonly instance?: string
  /** which of our reasons for refusing a message it is, where it is one */
  readonly code?: string
}

/** How each is answered; what the names are stands in contract/problem.ts. */
const kinds = {
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  unauthorised: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Somebody else was faster' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The content cannot be read' },
  busy: { status: 429, title: 'Too much at once' },
  fault: { status: 500, title: 'The server failed' },
  'not-ready': { status: 503, title: 'Not ready' },
  'storage-full': { status: 507, title: 'Nothing can be recorded' },
} as const satisfies Readonly<Record<ProblemKind, Pick<Problem, 'status' | 'title'>>>

/** @param more `instance`, `code` */
export function problem(kind: ProblemKind, detail: string, more: Pick<Problem, 'instance' | 'code'> = {}): Problem {
  return { type: problemType(kind), ...kinds[kind], detail, ...more }
}

/** Thrown by a handler to answer with a problem. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(kind: ProblemKind, detail: string) {
    super(detail)
    this.name = 'ProblemError'
    this.problem = problem(kind, detail)
  }
}

/** Answers with JSON. Answers of the interface are never kept by a cache. */
export function sendJson(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}

/** Answers with a problem document; an answer that has begun can only be broken off. */
export function sendProblem(response: ServerResponse, told: Problem): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  if (told.status === 401) response.setHeader('www-authenticate', 'Bearer realm="yiping"')
  if (told.status === 429 || told.status === 503) response.setHeader('retry-after', '1')
  sendJson(response, told.status, told, 'application/problem+json')
}

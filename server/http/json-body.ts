import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { readBody } from './body.ts'
import { ProblemError } from './problem.ts'

/**
 * Reads a small JSON body of a known shape.
 * @param like the shape as an example, told to whoever sends another
 * @throws ProblemError naming the field, what is wrong and how it should be
 */
export async function readJsonBody<T>(request: IncomingMessage, schema: z.ZodType<T>, like: string, limit = 4_096): Promise<T> {
  const { outcome, bytes } = await readBody(request, { limit, keptWhenCut: 0, reserve: () => undefined })
  if (outcome === 'cut') throw new ProblemError('too-large', `body: more than ${String(limit)} bytes; send ${like}`)
  const parsed = schema.safeParse(parseJson(bytes, like))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue === undefined || issue.path.length === 0 ? 'body' : issue.path.map(String).join('.')
  throw new ProblemError('bad-request', `${place}: ${issue?.message ?? 'not as expected'}; send ${like}`)
}

function parseJson(bytes: Buffer, like: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // the parser's own words quote the body
    throw new ProblemError('bad-request', `body: not JSON; send ${like}`)
  }
}

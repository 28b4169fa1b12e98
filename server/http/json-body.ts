import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { readBody } from './body.ts'
import { ProblemError } from './problem.ts'

/** Reads a small JSON body of a page of ours. @throws ProblemError naming what is wrong with it, and where */
export async function readJson<T>(request: IncomingMessage, shape: z.ZodType<T>, mostBytes: number): Promise<T> {
  const parsed = shape.safeParse(await readAny(request, mostBytes))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ProblemError('bad-request', `body: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`)
}

async function readAny(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const { outcome, bytes } = await readBody(request, { limit: mostBytes, keptWhenCut: 0, reserve: () => undefined })
  if (outcome === 'cut') throw new ProblemError('too-large', `body: more than ${String(mostBytes)} bytes`)
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    throw new ProblemError('bad-request', 'body: not JSON')
  }
}

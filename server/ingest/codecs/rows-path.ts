import { z } from 'zod'
import type { Refusal } from '../../../contract/rejection.ts'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import { decodeRefusal, quoted } from './decode-refusal.ts'

/** Names with dots between them: `data.list`. */
export const rowsPath = z.string().regex(/^[^.\s]+(?:\.[^.\s]+)*$/, 'names with dots between them, such as data.list')

/**
 * The list that a path leads to inside an envelope. null stands for an empty list: so many a platform says that it has nothing.
 * Errors: `bad-shape` where the path leads to no list, naming what is there instead: most often the platform's own words of an error.
 */
export function listAt(value: unknown, path: string): Result<readonly unknown[], Refusal> {
  let found = value
  const walked: string[] = []
  for (const name of path.split('.')) {
    const next = fieldOf(found, name)
    if (next === undefined) return fail(noList(walked.join('.'), found, path))
    walked.push(name)
    found = next
  }
  if (found === null) return ok([])
  return Array.isArray(found) ? ok(found) : fail(noList(path, found, path))
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}

function noList(place: string, found: unknown, path: string): Refusal {
  return decodeRefusal('bad-shape', `${place === '' ? 'body' : place}: ${described(found)}, not the list that codec.rows ${quoted(path)} names`)
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'found a list'
  if (typeof value !== 'object' || value === null) return `found ${quoted(String(value))}`
  return `found an object with ${quoted(Object.keys(value).slice(0, 10).join(', '))}`
}

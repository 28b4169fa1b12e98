import type { z } from 'zod'
import { ProviderError } from './provider.ts'

/** Reading a platform's answers against its published interface. Failures name the place, and repeat nothing of what was sent. */

/** @throws ProviderError for what is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ProviderError('unreachable', 'the answer is not JSON: is this the address of the platform?', { cause })
  }
}

/** @throws ProviderError for another shape than the published one */
export function asPublished<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ProviderError('unreachable', `the answer is not as published: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`)
}

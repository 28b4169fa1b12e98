import type { z } from 'zod'
import type { Visitor } from './visitor.ts'

/** What a handler is told besides the request; the room that listens knows more, and hands on this. */
export interface VideoRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly sessionId: string
  /** the routes here are for signed-in people only, so there always is one */
  readonly role: Visitor['role'] | undefined
  readonly name: string | undefined
  /** where the request comes from */
  readonly address: string | undefined
  /** Reads a small JSON body. @param like the shape as an example. @throws what is answered as a bad request, by the one who listens */
  readonly readBody: <T>(schema: z.ZodType<T>, like: string) => Promise<T>
}

export const sourceOf = ({ params }: VideoRequest): string => params['source'] ?? ''

export function visitorOf({ sessionId, role = 'wall', name, address, query }: VideoRequest): Visitor {
  return { session: sessionId, role, name, address, isGuest: query.get('guest') === '1' }
}

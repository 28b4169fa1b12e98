import { vi } from 'vitest'

/** What a page asked. */
export interface AskedOfStub {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** An answer with a status of its own; anything else is answered with 200. */
interface StubAnswer {
  readonly status: number
  readonly body: unknown
}

const isAnswer = (value: unknown): value is StubAnswer => typeof value === 'object' && value !== null && 'status' in value && 'body' in value

/**
 * Stands in for the server: answers by `METHOD path` (without the query), and nobody is there for any other.
 * @returns what was asked so far, growing
 */
export function answerWith(answers: Readonly<Record<string, unknown>>): readonly AskedOfStub[] {
  const asked: AskedOfStub[] = []
  vi.stubGlobal('fetch', (path: string, { method = 'GET', body }: { readonly method?: string; readonly body?: string } = {}) => {
    asked.push({ method, path, body: body === undefined ? undefined : (JSON.parse(body) as unknown) })
    const found = answers[`${method} ${path.split('?')[0] ?? ''}`]
    if (found === undefined) return Promise.reject(new TypeError('fetch failed'))
    const { status, body: told } = isAnswer(found) ? found : { status: 200, body: found }
    return Promise.resolve(new Response(typeof told === 'string' ? told : JSON.stringify(told), { status }))
  })
  return asked
}

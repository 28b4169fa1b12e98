/** What a desk page got from the server, or why it did not. */
export type Fetched<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'not-allowed' }
  | { readonly state: 'failed'; readonly reason: string }

/** GET of one of our own routes; never throws. */
export async function fetchJson<T>(path: string): Promise<Fetched<T>> {
  try {
    const answer = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (answer.status === 401 || answer.status === 403) return { state: 'not-allowed' }
    if (!answer.ok) return { state: 'failed', reason: `HTTP ${String(answer.status)}` }
    // our own server answers with what the contract says
    return { state: 'ready', value: (await answer.json()) as T }
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

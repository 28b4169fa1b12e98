import type { KeptSessions } from './kept-sessions.ts'

/** Somebody at a browser: signed in by a link that works once, known by a cookie from then on, after a restart too. */
export class Person {
  readonly #server: string
  readonly #cookie: string
  readonly #signal: AbortSignal

  private constructor(server: string, cookie: string, signal: AbortSignal) {
    this.#server = server
    this.#cookie = cookie
    this.#signal = signal
  }

  /** @throws Error for a link that works no more and whose session has ended, and when the centre does not answer */
  static async signIn(link: string, sessions: KeptSessions, signal: AbortSignal): Promise<Person> {
    const { origin } = new URL(link)
    const kept = await sessions.find(link)
    if (kept !== undefined && (await isSession(origin, kept, signal))) return new Person(origin, kept, signal)
    const answer = await fetch(link, { redirect: 'manual', signal })
    const [cookie] = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    await answer.body?.cancel()
    if (answer.status !== 303 || cookie === undefined) throw new Error('a sign-in link works once and within a day: start again with new ones')
    await sessions.keep(link, cookie)
    return new Person(origin, cookie, signal)
  }

  get(path: string): Promise<unknown> {
    return this.#ask('GET', path)
  }

  post(path: string, body: object): Promise<unknown> {
    return this.#ask('POST', path, JSON.stringify(body))
  }

  /** A file as it is. */
  send(path: string, file: string): Promise<unknown> {
    return this.#ask('POST', path, file, 'application/octet-stream')
  }

  /** @throws Error with the answer's words when it is a refusal */
  async #ask(method: string, path: string, body?: string, type = 'application/json'): Promise<unknown> {
    const answer = await fetch(`${this.#server}${path}`, {
      method,
      // as a page of the centre says where it is from
      headers: { cookie: this.#cookie, origin: this.#server, 'content-type': type },
      signal: this.#signal,
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${String(answer.status)}: ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }
}

async function isSession(origin: string, cookie: string, signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(`${origin}/api/session`, { headers: { cookie }, signal })
  await answer.body?.cancel()
  return answer.ok
}

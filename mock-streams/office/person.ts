/** Somebody at a browser: signed in by a link that works once, known by a cookie from then on. */
export class Person {
  readonly #server: string
  readonly #cookie: string
  readonly #signal: AbortSignal

  private constructor(server: string, cookie: string, signal: AbortSignal) {
    this.#server = server
    this.#cookie = cookie
    this.#signal = signal
  }

  /** @throws Error for a link that works no more, and when the centre does not answer */
  static async signIn(link: string, signal: AbortSignal): Promise<Person> {
    const answer = await fetch(link, { redirect: 'manual', signal })
    const [cookie] = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    await answer.body?.cancel()
    if (answer.status !== 303 || cookie === undefined) throw new Error('a sign-in link works once and within a day: start again with new ones')
    return new Person(new URL(link).origin, cookie, signal)
  }

  get(path: string): Promise<unknown> {
    return this.#ask('GET', path)
  }

  post(path: string, body: object): Promise<unknown> {
    return this.#ask('POST', path, JSON.stringify(body))
  }

  /** @throws Error with the answer's words when it is a refusal */
  async #ask(method: string, path: string, body?: string): Promise<unknown> {
    const answer = await fetch(`${this.#server}${path}`, {
      method,
      // as a page of the centre says where it is from
      headers: { cookie: this.#cookie, origin: this.#server, 'content-type': 'application/json' },
      signal: this.#signal,
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${String(answer.status)}: ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }
}

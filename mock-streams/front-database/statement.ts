/** The little SQL that a reader of a front-end database needs: SELECT … FROM … WHERE … ORDER BY … LIMIT. */

export type Value = string | number

export type Test =
  | { readonly column: string; readonly is: '=' | '>' | '>=' | '<' | '<=' | '<>'; readonly value: Value }
  | { readonly column: string; readonly is: 'null' | 'not-null' }
  | { readonly every: readonly Test[] }
  | { readonly some: readonly Test[] }

export interface Statement {
  /** undefined for `*` */
  readonly columns: readonly string[] | undefined
  /** without its schema */
  readonly table: string
  readonly where: Test
  readonly orderBy: readonly { readonly column: string; readonly isDescending: boolean }[]
  readonly limit: number
}

/** What MySQL answers with: its number, its state, its words. */
export class SqlError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

type Token = { readonly kind: 'name' | 'string' | 'number' | 'word' | 'sign' | 'end'; readonly text: string }

const comparisons = ['=', '>', '>=', '<', '<=', '<>'] as const
const deepest = 32

/** @throws SqlError 1064 for anything that is not such a SELECT */
export function parseSelect(sql: string): Statement {
  return new Parser(tokensOf(sql)).statement()
}

function tokensOf(sql: string): readonly Token[] {
  const pattern = /\s+|`((?:[^`]|``)+)`|'((?:[^'\\]|\\[\s\S]|'')*)'|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([A-Za-z_][\w$]*)|(<=|>=|<>|[=<>(),.*])/iy
  const tokens: Token[] = []
  while (pattern.lastIndex < sql.length) {
    const from = pattern.lastIndex
    const found = pattern.exec(sql)
    if (found === null) throw syntaxError(sql.slice(from))
    const [, name, string, number, word, sign] = found
    if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('``', '`') })
    else if (string !== undefined) tokens.push({ kind: 'string', text: unescape(string) })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
  }
  return [...tokens, { kind: 'end', text: '' }]
}

const escapes: Readonly<Record<string, string>> = { 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' }

const unescape = (text: string): string =>
  text.replaceAll(/\\([\s\S])|''/g, (_, escaped?: string) => (escaped === undefined ? "'" : (escapes[escaped] ?? escaped)))

const syntaxError = (near: string): SqlError =>
  new SqlError(
    1064,
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${near.slice(0, 80)}' at line 1`,
  )

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  statement(): Statement {
    this.#expect('select')
    const columns = this.#accept('*') ? undefined : this.#list(() => this.#name())
    this.#expect('from')
    const first = this.#name()
    const table = this.#accept('.') ? this.#name() : first
    const where = this.#accept('where') ? this.#some() : { every: [] }
    const orderBy = this.#accept('order') ? this.#order() : []
    const limit = this.#accept('limit') ? Number(this.#take('number').text) : Infinity
    if (this.#token.kind !== 'end') throw this.#wrong()
    return { columns, table, where, orderBy, limit }
  }

  #order(): Statement['orderBy'] {
    this.#expect('by')
    return this.#list(() => {
      const column = this.#name()
      const isDescending = this.#accept('desc')
      if (!isDescending) this.#accept('asc')
      return { column, isDescending }
    })
  }

  #some(): Test {
    this.#depth += 1
    if (this.#depth > deepest) throw this.#wrong()
    const tests = [this.#every()]
    while (this.#accept('or')) tests.push(this.#every())
    this.#depth -= 1
    return { some: tests }
  }

  #every(): Test {
    const tests = [this.#test()]
    while (this.#accept('and')) tests.push(this.#test())
    return { every: tests }
  }

  #test(): Test {
    if (this.#accept('(')) {
      const inner = this.#some()
      this.#expect(')')
      return inner
    }
    const column = this.#name()
    if (this.#accept('is')) {
      const isNegated = this.#accept('not')
      this.#expect('null')
      return { column, is: isNegated ? 'not-null' : 'null' }
    }
    const is = comparisons.find((sign) => this.#accept(sign))
    if (is === undefined) throw this.#wrong()
    return { column, is, value: this.#value() }
  }

  #value(): Value {
    const token = this.#token
    if (token.kind !== 'string' && token.kind !== 'number') throw this.#wrong()
    this.#at += 1
    // a number too long for a double is compared as text of digits, which is exact
    return token.kind === 'number' && Number.isSafeInteger(Number(token.text)) ? Number(token.text) : token.text
  }

  #list<T>(one: () => T): T[] {
    const list = [one()]
    while (this.#accept(',')) list.push(one())
    return list
  }

  #name(): string {
    if (this.#token.kind !== 'name' && this.#token.kind !== 'word') throw this.#wrong()
    const { text } = this.#token
    this.#at += 1
    return text
  }

  #take(kind: Token['kind']): Token {
    const token = this.#token
    if (token.kind !== kind) throw this.#wrong()
    this.#at += 1
    return token
  }

  #accept(text: string): boolean {
    const { kind, text: found } = this.#token
    if ((kind !== 'word' && kind !== 'sign') || found.toLowerCase() !== text) return false
    this.#at += 1
    return true
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#wrong()
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  #wrong(): SqlError {
    return syntaxError(
      this.#tokens
        .slice(this.#at)
        .map(({ text }) => text)
        .join(' '),
    )
  }
}

import { RE2JS } from 're2js'

/**
 * What JSONata needs of a regular expression, matched in time that grows with the text only: a careless pattern in a mapping, met by a text
 * made for it, must not stop the server. Lookahead and back references do not exist here.
 */
export class LinearRegex {
  /** where the next match is looked for; read and set by JSONata */
  lastIndex = 0
  readonly #compiled: RE2JS

  /** @throws when the pattern needs what cannot be matched in linear time */
  constructor({ source, ignoreCase, multiline }: RegExp) {
    this.#compiled = RE2JS.compile(source, (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0))
  }

  /** As RegExp.exec of a global expression. */
  exec(text: string): (readonly (string | null)[] & { readonly index: number }) | null {
    const matcher = this.#compiled.matcher(text)
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    this.lastIndex = matcher.end()
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? null)
    return Object.assign(groups, { index: matcher.start() })
  }
}

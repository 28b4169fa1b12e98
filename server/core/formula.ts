import { quote, similarTo } from './foreign-words.ts'

/**
 * 口径: arithmetic over named inputs. Numbers, names of inputs, `+ - * / ( )`, unary minus, `start(x)`: x at the start of the year, and
 * `min(…, …)`, `max(…, …)`. Nothing else on purpose: whoever is assessed by a figure must be able to read how it is made.
 */

export type FormulaNode =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'input'; readonly input: string; readonly atStart: boolean }
  | { readonly is: 'minus'; readonly of: FormulaNode }
  | { readonly is: 'operation'; readonly sign: Sign; readonly left: FormulaNode; readonly right: FormulaNode }
  | { readonly is: 'extreme'; readonly pick: 'min' | 'max'; readonly of: readonly FormulaNode[] }
export type Sign = '+' | '-' | '*' | '/'

/** A formula that is a quotient at its top, possibly times a power of ten: `served / asked * 100`. Its value is numerator × times ÷ denominator. */
export interface Quotient {
  readonly numerator: FormulaNode
  readonly denominator: FormulaNode
  readonly times: number
}

export interface Formula {
  readonly root: FormulaNode
  /** undefined where the formula is no quotient at its top: there is nothing to open then */
  readonly quotient: Quotient | undefined
  readonly inputs: readonly InputUse[]
}

interface InputUse {
  readonly input: string
  readonly atStart: boolean
}

const longestText = 1_000
const functions = ['start', 'min', 'max'] as const
/** What is typed for an operator with a Chinese keyboard, and what to write instead. */
const lookalikes: Readonly<Record<string, string>> = {
  '×': '*',
  '÷': '/',
  '（': '(',
  '）': ')',
  '，': ',',
  '＋': '+',
  '－': '-',
  '＊': '*',
  '／': '/',
}

interface Token {
  readonly text: string
  /** of its first character, counted from 1 */
  readonly at: number
}

class FormulaProblem extends Error {}

function wrong({ text, at }: Token, expected: string): FormulaProblem {
  const instead = lookalikes[text]
  const found = text === '' ? 'the end' : quote(text)
  return new FormulaProblem(`at ${String(at)}: found ${found}, expected ${expected}${instead === undefined ? '' : `; write ${instead}`}`)
}

/** Numbers, names and single characters; the last token is empty and stands behind the text. */
function tokensOf(text: string): readonly Token[] {
  const tokens = [...text.matchAll(/\d+\.\d+|[A-Za-z0-9_]+|[^\s]/gu)].map((match) => ({ text: match[0], at: match.index + 1 }))
  return [...tokens, { text: '', at: text.length + 1 }]
}

/** Recursive descent, one method a level of precedence. */
class Parser {
  readonly #tokens: readonly Token[]
  readonly #known: readonly string[] | undefined
  #next = 0

  constructor(text: string, known: Iterable<string> | undefined) {
    this.#tokens = tokensOf(text)
    this.#known = known === undefined ? undefined : [...known]
  }

  whole(): FormulaNode {
    const root = this.#sum()
    const rest = this.#peek()
    if (rest.text !== '') throw wrong(rest, '+ - * / or the end')
    return root
  }

  #sum(): FormulaNode {
    let left = this.#product()
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-'))
      left = { is: 'operation', sign, left, right: this.#product() }
    return left
  }

  #product(): FormulaNode {
    let left = this.#signed()
    for (let sign = this.#take('*', '/'); sign !== undefined; sign = this.#take('*', '/'))
      left = { is: 'operation', sign, left, right: this.#signed() }
    return left
  }

  #signed(): FormulaNode {
    return this.#take('-') === undefined ? this.#operand() : { is: 'minus', of: this.#signed() }
  }

  #operand(): FormulaNode {
    const token = this.#peek()
    if (this.#take('(') !== undefined) {
      const inner = this.#sum()
      this.#expect(')')
      return inner
    }
    if (!/^[A-Za-z0-9_]/.test(token.text)) throw wrong(token, 'a number, an input, start(…), min(…), max(…) or (')
    this.#next += 1
    if (/^\d+(\.\d+)?$/.test(token.text)) return numberOf(token)
    return this.#take('(') === undefined ? { is: 'input', input: this.#nameOf(token), atStart: false } : this.#call(token)
  }

  #call(token: Token): FormulaNode {
    const name = functions.find((candidate) => candidate === token.text)
    if (name === undefined) throw wrong(token, `one of the functions ${functions.join(', ')}${similarTo(token.text, functions)}`)
    if (name !== 'start') return { is: 'extreme', pick: name, of: this.#list() }
    const input = this.#peek()
    if (!/^[A-Za-z0-9_]+$/.test(input.text)) throw wrong(input, 'the name of an input')
    this.#next += 1
    this.#expect(')')
    return { is: 'input', input: this.#nameOf(input), atStart: true }
  }

  #list(): readonly FormulaNode[] {
    const nodes = [this.#sum()]
    while (this.#take(',') !== undefined) nodes.push(this.#sum())
    this.#expect(')')
    return nodes
  }

  #nameOf(token: Token): string {
    if (!/^[a-z0-9_]+$/.test(token.text)) throw wrong(token, `the name of an input: lower-case letters, digits and _${this.#similar(token)}`)
    if (this.#known === undefined || this.#known.includes(token.text)) return token.text
    throw wrong(token, `the id of an input in config/inputs.yaml${this.#similar(token)}`)
  }

  #similar({ text }: Token): string {
    return similarTo(text.toLowerCase(), this.#known ?? [])
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { text: '', at: 1 }
  }

  #take<Text extends string>(...signs: readonly Text[]): Text | undefined {
    const sign = signs.find((candidate) => candidate === this.#peek().text)
    if (sign !== undefined) this.#next += 1
    return sign
  }

  #expect(sign: string): void {
    if (this.#take(sign) === undefined) throw wrong(this.#peek(), sign === ')' ? '+ - * / or )' : sign)
  }
}

function numberOf(token: Token): FormulaNode {
  const value = Number(token.text)
  if (!Number.isFinite(value)) throw wrong(token, 'a number that a computer can hold')
  return { is: 'number', value }
}

/**
 * @param text as in `formula` of config/indicators
 * @param known ids of inputs; where given, any other name is a mistake
 * @returns a problem names the place (characters counted from 1), what was found there and what was expected. Total: never throws
 */
export function parseFormula(text: string, known?: Iterable<string>): { readonly formula: Formula } | { readonly problem: string } {
  if (text.length > longestText) return { problem: `found ${String(text.length)} characters, expected at most ${String(longestText)}` }
  try {
    const root = new Parser(text, known).whole()
    return { formula: { root, quotient: quotientOf(root), inputs: usesOf(root) } }
  } catch (error) {
    if (error instanceof FormulaProblem) return { problem: error.message }
    throw error
  }
}

/** Inputs that a formula names, each use once, in the order of the text. */
export function inputsOf(formula: Formula): readonly InputUse[] {
  return formula.inputs
}

function usesOf(root: FormulaNode): readonly InputUse[] {
  const found = new Map<string, InputUse>()
  const visit = (node: FormulaNode): void => {
    switch (node.is) {
      case 'number':
        return
      case 'input':
        found.set(`${node.input} ${String(node.atStart)}`, { input: node.input, atStart: node.atStart })
        return
      case 'minus':
        visit(node.of)
        return
      case 'extreme':
        node.of.forEach(visit)
        return
      case 'operation':
        visit(node.left)
        visit(node.right)
    }
  }
  visit(root)
  return [...found.values()]
}

/** Whether some quotient of it divides by what is zero whatever the inputs are: `done / (2 - 2)`. */
export function dividesByZero({ root }: Formula): boolean {
  const isZeroDivision = (node: FormulaNode): boolean => node.is === 'operation' && node.sign === '/' && constantOf(node.right) === 0
  const within = (node: FormulaNode): boolean => {
    if (isZeroDivision(node)) return true
    if (node.is === 'operation') return within(node.left) || within(node.right)
    if (node.is === 'minus') return within(node.of)
    return node.is === 'extreme' && node.of.some(within)
  }
  return within(root)
}

/** What a part comes to that names no input; undefined where it depends on one. Minus zero is zero. */
function constantOf(node: FormulaNode): number | undefined {
  switch (node.is) {
    case 'number':
      return node.value
    case 'input':
      return undefined
    case 'minus':
      return negated(constantOf(node.of))
    case 'extreme': {
      const values = node.of.map(constantOf).filter((value) => value !== undefined)
      return values.length < node.of.length ? undefined : Math[node.pick](...values)
    }
    case 'operation':
      return combined(node.sign, constantOf(node.left), constantOf(node.right))
  }
}

const negated = (value: number | undefined): number | undefined => (value === undefined ? undefined : 0 - value)

function combined(sign: Sign, left: number | undefined, right: number | undefined): number | undefined {
  // nothing times zero is anything else
  if (sign === '*' && (left === 0 || right === 0)) return 0
  if (left === undefined || right === undefined) return undefined
  return { '+': left + right, '-': left - right, '*': left * right, '/': left / right }[sign]
}

const isPowerOfTen = (node: FormulaNode): boolean => node.is === 'number' && [10, 100, 1_000, 10_000, 100_000, 1_000_000].includes(node.value)

/** The factors that a chain of `*` and `/` multiplies and divides by. */
function factorsOf(node: FormulaNode): { readonly over: readonly FormulaNode[]; readonly under: readonly FormulaNode[] } {
  if (node.is !== 'operation' || node.sign === '+' || node.sign === '-') return { over: [node], under: [] }
  const left = factorsOf(node.left)
  // what is divided by stays whole: a / (b / c) is missing when c is zero
  if (node.sign === '/') return { over: left.over, under: [...left.under, node.right] }
  const right = factorsOf(node.right)
  return { over: [...left.over, ...right.over], under: [...left.under, ...right.under] }
}

const product = (nodes: readonly FormulaNode[]): FormulaNode => nodes.reduce((left, right) => ({ is: 'operation', sign: '*', left, right }))

/** One quotient at the top; division by a number alone is a change of unit and none. */
function quotientOf(root: FormulaNode): Quotient | undefined {
  const { over, under } = factorsOf(root)
  const [denominator, ...others] = under
  const counted = over.filter((node) => !isPowerOfTen(node))
  if (denominator === undefined || denominator.is === 'number' || others.length > 0 || counted.length === 0) return undefined
  const times = over.filter(isPowerOfTen).reduce((so, node) => so * (node.is === 'number' ? node.value : 1), 1)
  return { numerator: product(counted), denominator, times }
}

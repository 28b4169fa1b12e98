import type jsonata from 'jsonata'
import type { FeedProblem } from '../../../contract/bench.ts'
import { fullWidthMarks, fullWidthWords } from '../../core/full-width.ts'
import { takenAway } from './built-ins.ts'
import { mappingFunctions, mappingVariables } from './functions.ts'
import { compileLinear } from './linear-regex.ts'
import { lineAndColumn, listed, quote } from './words.ts'

/** What is wrong with a mapping's text, found before any message comes. */

/** JSONata's own, as its documentation lists them. */
const builtIns =
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl fromMillis clone'

const known: ReadonlySet<string> = new Set(['', '$', ...builtIns.split(' '), ...mappingFunctions.map(({ name }) => name), ...mappingVariables])

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every object of the tree, lists left out. A parser's tree has no cycles but through `ancestor`, which is not followed. */
function* nodesOf(root: unknown): Generator<Node> {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (!isNode(value) || value instanceof RegExp) continue
    if (!Array.isArray(value)) yield value
    for (const [name, child] of Object.entries(value)) if (name !== 'ancestor' && name !== 'seekingParent' && name !== 'slot') waiting.push(child)
  }
}

/** Names that the mapping itself gives: `$x := …`, `function($x)`, `@$x`, `#$x`. */
function namesGiven(nodes: readonly Node[]): ReadonlySet<unknown> {
  const names = new Set<unknown>()
  for (const { type, lhs, arguments: parameters, focus, index } of nodes) {
    if (type === 'bind' && isNode(lhs)) names.add(lhs['value'])
    if (type === 'lambda' && Array.isArray(parameters)) for (const parameter of parameters.filter(isNode)) names.add(parameter['value'])
    names.add(focus).add(index)
  }
  return names
}

/** JSONata tells where a word ends. */
function startOf(text: string, end: unknown, word: string): number {
  const position = typeof end === 'number' ? Math.min(end, text.length) : 0
  const start = word === '' ? -1 : text.lastIndexOf(word, position - 1)
  if (start < 0 || start < position - word.length - 2) return Math.max(0, position - 1)
  return text[start - 1] === '$' ? start - 1 : start
}

export interface Place {
  readonly position: number
  /** `line 3, column 14` */
  readonly words: string
}

/** @param end where the word ends, as JSONata tells it @param word the word itself where it is known */
export function placeOf(text: string, end: unknown, word: unknown): Place {
  const position = startOf(text, end, typeof word === 'string' ? word : '')
  return { position, words: lineAndColumn(text, position) }
}

export function problemAt(text: string, node: { readonly position?: unknown; readonly token?: unknown }, problem: string): FeedProblem {
  const { position, words } = placeOf(text, node.position, node.token)
  return { path: 'mapping', problem: `${words}: ${problem}`, position }
}

/** Texts, names in backticks, comments, and else a mark of the wrong width. */
const wideMark = new RegExp(
  // what is not closed goes to the end: no text is read twice
  `"(?:[^"\\\\]|\\\\[^])*(?:"|$)|'(?:[^'\\\\]|\\\\[^])*(?:'|$)|\`[^\`]*(?:\`|$)|/\\*(?:[^*]|\\*(?!/))*(?:\\*/|$)|(?<mark>[${fullWidthMarks}])`,
  'g',
)

/** The first full-width punctuation outside texts. */
export function fullWidthProblem(text: string): { readonly problem: FeedProblem; readonly isQuote: boolean } | undefined {
  for (const { index, groups } of text.matchAll(wideMark)) {
    const mark = groups?.['mark']
    if (mark === undefined) continue
    const problem = `${lineAndColumn(text, index)}: ${fullWidthWords(mark)}; a name that has it in it is written in backticks`
    return { problem: { path: 'mapping', problem, position: index }, isQuote: '“”‘’'.includes(mark) }
  }
  return undefined
}

function nearest(name: string): string {
  const alike = [...known].filter((candidate) => candidate.length > 1 && candidate.slice(0, 2).toLowerCase() === name.slice(0, 2).toLowerCase())
  const names = alike.length > 0 ? alike : [...mappingFunctions.map((each) => each.name), ...mappingVariables]
  return listed(names.map((each) => `$${each}`))
}

function variableProblem(name: string): string {
  const cure = Object.hasOwn(takenAway, name) ? takenAway[name] : undefined
  if (cure !== undefined) return `mappings have no $${name}; ${cure}`
  return `there is no ${quote(`$${name}`)}; there are ${nearest(name)}`
}

function regexProblem(expression: RegExp): string | undefined {
  try {
    compileLinear(expression)
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    const cure = 'looking around and back references are not known here, since they can take for ever'
    return `the pattern /${expression.source.slice(0, 80)}/ cannot be used: ${reason.slice(0, 120)}; ${cure}`
  }
}

/** Mistakes that JSONata itself would find only when a message comes by, if at all. */
export function problemsOf(text: string, tree: jsonata.ExprNode): readonly FeedProblem[] {
  const nodes = [...nodesOf(tree)]
  const given = namesGiven(nodes)
  const problems = nodes.flatMap((node): readonly FeedProblem[] => {
    const { type, value, position } = node
    if (type === 'regex' && value instanceof RegExp) {
      const problem = regexProblem(value)
      return problem === undefined ? [] : [problemAt(text, { position }, problem)]
    }
    if (type !== 'variable' || typeof value !== 'string' || known.has(value) || given.has(value)) return []
    return [problemAt(text, { position, token: `$${value}` }, variableProblem(value))]
  })
  return problems.sort((one, other) => (one.position ?? 0) - (other.position ?? 0))
}

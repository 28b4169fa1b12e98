import { LineCounter, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Document, YAMLMap } from 'yaml'
import { fullWidthMarks, fullWidthWords } from '../core/full-width.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'

/** A YAML text that could be read. */
export interface YamlText {
  readonly value: unknown
  /** The line, from 1, of what stands at `path`, or of the nearest above it that is there; undefined for the text as a whole. */
  lineOf(path: readonly PropertyKey[]): number | undefined
  /** The line of a position inside the text at `path`, characters from 0. */
  lineWithin(path: readonly PropertyKey[], position: number): number | undefined
}

export interface YamlMistake {
  readonly line: number | undefined
  readonly column: number | undefined
  readonly problem: string
}

/** More mistakes than anybody mends at once. */
const mostMistakes = 100

/** Reads a YAML text. Errors: the mistakes in its syntax, at most a hundred, keys that stand twice, and aliases that name nothing or grow beyond all bounds. */
export function readYaml(text: string): Result<YamlText, readonly YamlMistake[]> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const repeated = document.errors.length > 0 ? [] : repeatedKeys(document, lines)
  if (repeated.length > 0) return fail(repeated)
  if (document.errors.length > 0) {
    return fail(
      document.errors.slice(0, mostMistakes).map((error) => {
        const { line, col } = lines.linePos(error.pos[0])
        return { line, column: col, problem: `${error.message}${wideIn(text.split('\n', line)[line - 1] ?? '')}` }
      }),
    )
  }
  try {
    const value: unknown = document.toJS()
    return ok({
      value,
      lineOf: (path) => locate(document, lines, path)?.line,
      lineWithin: (path, position) => lineWithin(locate(document, lines, path), path.length, position),
    })
  } catch (error) {
    // aliases are resolved only here
    return fail([{ line: undefined, column: undefined, problem: error instanceof Error ? error.message : String(error) }])
  }
}

const wideMark = new RegExp(`[${fullWidthMarks}]`)

/** Most mistakes of a line with Chinese punctuation are that. */
function wideIn(line: string): string {
  const mark = wideMark.exec(line.replace(/ #.*$/, ''))?.[0]
  return mark === undefined ? '' : `; ${fullWidthWords(mark)}`
}

/** The library's own look for keys that stand twice takes time that grows with the square of their number. */
function repeatedKeys(document: Document, lines: LineCounter): readonly YamlMistake[] {
  const mistakes: YamlMistake[] = []
  visit(document, {
    Map(_key, map: YAMLMap) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key) || mistakes.length >= mostMistakes) continue
        const { line, col } = lines.linePos(key.range?.[0] ?? 0)
        if (seen.has(key.value))
          mistakes.push({ line, column: col, problem: `Map keys must be unique: ${JSON.stringify(key.value)} stands here again` })
        seen.add(key.value)
      }
    },
  })
  return mistakes
}

interface Located {
  readonly line: number
  /** how many steps of the path were there */
  readonly depth: number
  readonly node: unknown
}

function locate(document: Document, lines: LineCounter, path: readonly PropertyKey[]): Located | undefined {
  let found: Located | undefined
  let node: unknown = document.contents
  for (const [index, key] of path.entries()) {
    const step = stepInto(node, key)
    if (step?.offset === undefined) break
    node = step.node
    found = { line: lines.linePos(step.offset).line, depth: index + 1, node }
  }
  return found
}

function stepInto(node: unknown, key: PropertyKey): { readonly node: unknown; readonly offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
    return pair === undefined ? undefined : { node: pair.value, offset: isScalar(pair.key) ? pair.key.range?.[0] : undefined }
  }
  if (!isSeq(node)) return undefined
  const item = node.items[Number(key)]
  return isScalar(item) || isMap(item) || isSeq(item) ? { node: item, offset: item.range?.[0] } : undefined
}

/** A block of text begins on the line below its key, and has the line breaks of its value. */
function lineWithin(located: Located | undefined, depth: number, position: number): number | undefined {
  if (located === undefined || located.depth < depth || !isScalar(located.node)) return located?.line
  const { type, value } = located.node
  if (type !== 'BLOCK_LITERAL' || typeof value !== 'string') return located.line
  return located.line + 1 + (value.slice(0, position).match(/\n/g)?.length ?? 0)
}

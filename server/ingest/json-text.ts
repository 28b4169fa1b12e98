import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Refusal, RejectionCode } from '../../contract/rejection.ts'
import { offendingOffset } from './json-grammar.ts'

/** Arrays and objects inside each other: no upstream's message comes near, and nothing behind us must recurse deeper. */
export const deepestNesting = 64
/** Messages in one request: what is taken in at most a few hundred milliseconds. */
export const mostMessages = 100_000

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

const refuse = (code: RejectionCode, detail: string): Result<never, Refusal> => fail({ stage: 'decode', code, detail })

/**
 * Parses one JSON text that may be hostile: its nesting and its number of elements are counted before anything is built from it.
 * @param place how the text is called in a refusal, such as `line 3`
 * @param most elements of an outermost array
 * Errors: `bad-syntax` with the character, `bad-shape` when nested too deeply, `too-large` when an array has too many elements.
 */
export function parseJson(text: string, place: string, most: number = mostMessages): Result<unknown, Refusal> {
  const { deepAt, elements } = measure(text)
  if (deepAt !== undefined) {
    const limit = String(deepestNesting)
    return refuse('bad-shape', `${place}, character ${String(deepAt + 1)}: nested deeper than ${limit} levels; send the values one level up`)
  }
  if (elements > most) return refuse('too-large', tooMany(place, most))
  try {
    return ok(JSON.parse(text))
  } catch {
    // V8's own words quote the text, which may hold personal data, and often leave out the place
    return refuse('bad-syntax', syntaxDetail(text, place))
  }
}

/** Words for a list with more messages than `most`. */
export function tooMany(place: string, most: number): string {
  return `${place}: more than ${String(most)} messages in one body; send them in several requests, or split the file`
}

function syntaxDetail(text: string, place: string): string {
  const at = offendingOffset(text)
  if (at >= text.length) return `${place}: the JSON ends before it is complete; send the whole message`
  const cure = followsWholeLine(text, at) ? 'one value per line is application/x-ndjson: name it in Content-Type' : 'send valid JSON (RFC 8259)'
  return `${place}, character ${String(at + 1)}: JSON cannot go on like this; ${cure}`
}

function followsWholeLine(text: string, at: number): boolean {
  const before = text.slice(0, at)
  const told = before.trimEnd()
  return (told.endsWith('}') || told.endsWith(']')) && before.includes('\n', told.length)
}

/** Depth, and elements of the outermost array, by brackets and commas outside strings; says nothing about validity. */
function measure(text: string): { readonly deepAt: number | undefined; readonly elements: number } {
  let depth = 0
  let commas = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > deepestNesting) return { deepAt: at, elements: 0 }
    } else if (code === 0x5d || code === 0x7d) depth -= 1
    else if (code === comma && depth === 1) commas += 1
  }
  return { deepAt: undefined, elements: isArray(text) ? commas + 1 : 1 }
}

const isArray = (text: string): boolean => /^[ \t\n\r]*\[/.test(text)

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === backslash) first -= 1
  return (at - first) % 2 === 1
}

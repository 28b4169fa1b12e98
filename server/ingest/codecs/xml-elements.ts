import { setImmediate as nextTurn } from 'node:timers/promises'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import { deepestNesting } from '../json-text.ts'
import { decodeRefusal, quoted } from './decode-refusal.ts'

/** Elements and attributes of one document. */
const mostNodes = 2_000_000
/** Tags walked in one turn of the event loop: a few milliseconds. */
const sliceSize = 10_000

export interface XmlElement {
  /** of its text, from `<` to behind the last `>` */
  readonly start: number
  readonly end: number
  /** from 1 */
  readonly line: number
}

export interface XmlOutline {
  /** the outermost elements that were asked for, in order */
  readonly elements: readonly XmlElement[]
  /** name of the outermost element */
  readonly root: string
}

/** Whether an element is asked for. `path` are the names from the outermost to its own, without namespace prefixes. */
export type IsAsked = (path: readonly string[]) => boolean

/**
 * Walks a document that may be hostile, before anything is built from it: that it is well-formed, holds no DOCTYPE (and so no entities but
 * the five of XML), is not nested too deeply, and has not too many nodes.
 * Errors: `bad-syntax` with line and character, `bad-shape` when too deep, `too-large` when too many nodes.
 */
export async function outlineXml(text: string, isAsked: IsAsked): Promise<Result<XmlOutline, Refusal>> {
  const walk = new XmlWalk(text, isAsked)
  for (let step = 1; walk.step(); step += 1) if (step % sliceSize === 0) await nextTurn()
  return walk.fault === undefined ? ok({ elements: walk.elements, root: walk.root }) : fail(walk.fault)
}

const tagName = /[^\s/>="'<&!?]+/y
const attribute = /\s+[^\s=/>"'<]+\s*=\s*(?:"[^"<]*"|'[^'<]*')/y
const tagEnd = /\s*(\/?)>/y

class XmlWalk {
  readonly elements: XmlElement[] = []
  root = ''
  fault: Refusal | undefined
  readonly #text: string
  readonly #isAsked: IsAsked
  /** as they are written, and without prefixes */
  readonly #open: string[] = []
  readonly #path: string[] = []
  #asked: { readonly start: number; readonly depth: number } | undefined
  #nodes = 0
  #at = 0
  /** lines are counted as far as `#counted` */
  #line = 1
  #counted = 0

  constructor(text: string, isAsked: IsAsked) {
    this.#text = text
    this.#isAsked = isAsked
  }

  /** Takes the next tag, comment or section. @returns false at the end, or at a fault */
  step(): boolean {
    const text = this.#text
    const start = text.indexOf('<', this.#at)
    const between = text.slice(this.#at, start === -1 ? text.length : start)
    if (this.#open.length === 0 && between.trim() !== '') return this.#fail(this.#at, 'text stands outside the outermost element')
    if (start === -1) return this.#finish()
    this.#at = start
    if (text.startsWith('<!--', start)) return this.#skip('-->', 'a comment')
    if (text.startsWith('<![CDATA[', start)) return this.#skip(']]>', 'a CDATA section')
    if (text.startsWith('<?', start)) return this.#skip('?>', 'a processing instruction')
    if (text.startsWith('<!', start)) return this.#fail(start, 'a DOCTYPE or a declaration of entities, which are never read', 'leave it out')
    return text.startsWith('</', start) ? this.#closeTag() : this.#openTag()
  }

  #finish(): boolean {
    const inner = this.#open.at(-1)
    if (inner !== undefined) return this.#fail(this.#text.length, `<${inner.slice(0, 80)}> is not closed`, 'send the whole document')
    if (this.root === '') return this.#fail(this.#text.length, 'no element', 'send an XML document')
    return false
  }

  #skip(end: string, what: string): boolean {
    const close = this.#text.indexOf(end, this.#at + 2)
    if (close === -1) return this.#fail(this.#at, `${what} is not closed`, 'send the whole document')
    this.#at = close + end.length
    return true
  }

  #closeTag(): boolean {
    const start = this.#at
    const name = this.#match(tagName, start + 2)
    const end = name === undefined ? undefined : this.#match(tagEnd, this.#at)
    const open = this.#open.at(-1)
    if (name === undefined || end === undefined || open !== name)
      return this.#fail(start, open === undefined ? 'a closing tag without its opening one' : `found no </${open.slice(0, 80)}>`)
    this.#close()
    return true
  }

  #openTag(): boolean {
    const start = this.#at
    const name = this.#match(tagName, start + 1)
    if (name === undefined) return this.#fail(start, 'a < that begins no tag', 'write it as &lt;')
    if (this.#open.length === 0 && this.root !== '') return this.#fail(start, 'a second outermost element', 'send one document at a time')
    while (this.#match(attribute, this.#at) !== undefined) this.#nodes += 1
    const end = this.#match(tagEnd, this.#at)
    if (end === undefined) return this.#fail(this.#at, 'a tag cannot go on like this')
    return this.#opened(name, start, end.includes('/'))
  }

  #opened(name: string, start: number, isEmpty: boolean): boolean {
    this.#nodes += 1
    this.#open.push(name)
    this.#path.push(localName(name))
    if (this.root === '') this.root = localName(name)
    if (this.#open.length > deepestNesting) {
      return this.#refuse(decodeRefusal('bad-shape', `${this.#place(start)}: nested deeper than ${String(deepestNesting)} levels; send it flatter`))
    }
    if (this.#nodes > mostNodes) {
      return this.#refuse(decodeRefusal('too-large', `${this.#place(start)}: more than ${String(mostNodes)} nodes; send it in several parts`))
    }
    if (this.#asked === undefined && this.#isAsked(this.#path)) this.#asked = { start, depth: this.#open.length }
    if (isEmpty) this.#close()
    return true
  }

  #close(): void {
    if (this.#asked?.depth === this.#open.length) {
      this.#countLines(this.#asked.start)
      this.elements.push({ start: this.#asked.start, end: this.#at, line: this.#line })
      this.#asked = undefined
    }
    this.#open.pop()
    this.#path.pop()
  }

  /** What `pattern` finds exactly at `at`, and goes behind it. */
  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at = at + found.length
    return found
  }

  #countLines(until: number): void {
    for (let at = this.#text.indexOf('\n', this.#counted); at !== -1 && at < until; at = this.#text.indexOf('\n', at + 1)) {
      this.#line += 1
      this.#counted = at + 1
    }
  }

  #place(at: number): string {
    this.#countLines(at)
    return `line ${String(this.#line)}, character ${String(at - Math.max(this.#text.lastIndexOf('\n', at - 1), -1))}`
  }

  #fail(at: number, problem: string, cure = 'send well-formed XML'): boolean {
    return this.#refuse(decodeRefusal('bad-syntax', `${this.#place(at)}: ${problem}; ${cure}`))
  }

  #refuse(refusal: Refusal): boolean {
    this.fault = refusal
    return false
  }
}

/** `cap:alert` is `alert`. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Asks for the elements at a path of names from the outermost: `list.item`. */
export function atPath(path: string): IsAsked {
  const names = path.split('.')
  return (found) => found.length === names.length && names.every((name, index) => found[index] === name)
}

/** Why an outline holds nothing at a path; undefined when it is an empty list. */
export function notAtPath({ root }: XmlOutline, path: string): Refusal | undefined {
  if (path.split('.')[0] === root) return undefined
  return decodeRefusal(
    'bad-shape',
    `body: the outermost element is ${quoted(root)}, but codec.rows is ${quoted(path)}; begin it with ${quoted(root)}`,
  )
}

/**
 * Where a text stops being JSON (RFC 8259). JSON.parse says it only sometimes, and in words that quote the text; this walks the text once,
 * without recursion, and is asked only after JSON.parse has refused.
 * @returns offset of the first character that cannot stand there; the text's length when it ends too early or holds no error
 */
export function offendingOffset(text: string): number {
  const walk: Walk = { text, at: 0, closers: [], expects: 'value' }
  for (;;) {
    skipSpace(walk)
    if (walk.at >= text.length) return text.length
    if (!step(walk)) return walk.at
  }
}

/** `first` and `first-key` also take the closing bracket of an empty array or object. */
type Expected = 'value' | 'first' | 'key' | 'first-key' | 'colon' | 'separator' | 'nothing'

interface Walk {
  readonly text: string
  at: number
  readonly closers: (']' | '}')[]
  expects: Expected
}

const space = /[ \t\n\r]*/y
const scalar = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

function matchLength(pattern: RegExp, walk: Walk): number {
  pattern.lastIndex = walk.at
  return pattern.exec(walk.text)?.[0].length ?? 0
}

function skipSpace(walk: Walk): void {
  walk.at += matchLength(space, walk)
}

type Step = (walk: Walk, character: string | undefined) => boolean

const takeComma: Step = (walk, character) => {
  if (character !== ',') return false
  advance(walk)
  return expect(walk, walk.closers.at(-1) === '}' ? 'key' : 'value')
}

const takeColon: Step = (walk, character) => {
  if (character !== ':') return false
  advance(walk)
  return expect(walk, 'value')
}

const takeKey: Step = (walk, character) => character === '"' && string(walk) && expect(walk, 'colon')

const steps: Readonly<Record<Expected, Step>> = {
  value: takeValue,
  first: takeValue,
  key: takeKey,
  'first-key': takeKey,
  colon: takeColon,
  separator: takeComma,
  nothing: () => false,
}

/** Takes one token; false, with `at` on the offender, when it does not belong. */
function step(walk: Walk): boolean {
  const character = walk.text[walk.at]
  const mayClose = walk.expects === 'separator' || walk.expects.startsWith('first')
  return mayClose && character === walk.closers.at(-1) ? close(walk) : steps[walk.expects](walk, character)
}

function advance(walk: Walk): true {
  walk.at += 1
  return true
}

function expect(walk: Walk, expected: Expected): true {
  walk.expects = expected
  return true
}

const afterValue = (walk: Walk): true => expect(walk, walk.closers.length === 0 ? 'nothing' : 'separator')

function close(walk: Walk): true {
  walk.closers.pop()
  advance(walk)
  return afterValue(walk)
}

function takeValue(walk: Walk, character: string | undefined): boolean {
  if (character === '[' || character === '{') {
    walk.closers.push(character === '[' ? ']' : '}')
    advance(walk)
    return expect(walk, character === '[' ? 'first' : 'first-key')
  }
  if (character === '"') return string(walk) && afterValue(walk)
  const length = matchLength(scalar, walk)
  walk.at += length
  return length > 0 && afterValue(walk)
}

function string(walk: Walk): boolean {
  walk.at += 1
  while (walk.at < walk.text.length) {
    const code = walk.text.charCodeAt(walk.at)
    if (code === 0x22) return advance(walk)
    const length = code === 0x5c ? matchLength(escape, walk) : Number(code >= 0x20)
    if (length === 0) return false
    walk.at += length
  }
  return false
}

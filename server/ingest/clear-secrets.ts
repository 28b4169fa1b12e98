import type { FeedProblem } from '../../contract/bench.ts'

/** Secrets that stand in a feed's file in clear: they would be in backups and version control, and be shown to whoever opens the file. */

/** `X-Api-Key` and `app_key` are written alike in all files. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_.-]/g, '')

const telling =
  /^(?:ak|sk|sign|sig|signature|jwt|credentials?|session(?:id|key)?|auth(?!or$|ors$|orname$|ority$|orities$).*|pass(?!enger|ed$|age|ing).*|pwd)$|(?:passwd|password|passphrase|token|secret|cookie)$|(?:api|app|access|secret|private|auth|subscription)key$|authorization$/

const isTelling = (name: string): boolean => telling.test(plain(name))

/** Filled in later, and perhaps the word before it that names the scheme. */
const isFilledIn = (value: string): boolean => /^\s*(?:(?:bearer|basic|digest|token)\s*)?$/i.test(value.replace(/\{\{[^{}]*\}\}/g, ''))

/**
 * Refuses a feed's address that holds a password or a secret.
 * @returns undefined when there is none, or when it is not an address at all, which others say
 */
export function checkSource(source: string): FeedProblem | undefined {
  if (!URL.canParse(source)) return undefined
  const url = new URL(source)
  if (url.password !== '') {
    const problem = 'the address holds a password; leave the user in it, and name a secret in transport.passwordSecret for the password'
    return { path: 'source', problem }
  }
  const found = [...url.searchParams].find(([name, value]) => value !== '' && isTelling(name))
  if (found === undefined) return undefined
  return { path: 'source', problem: `the address holds ${JSON.stringify(found[0])}; take it out, and name a secret for it in transport.querySecrets` }
}

const cures = {
  headers: 'take it out, and name a secret for it in transport.headerSecrets',
  query: 'take it out, and name a secret for it in transport.querySecrets, or write {{secret:name}}',
  body: 'write {{secret:name}} in its place, and keep the secret under that name',
} as const

/** Refuses a transport's options that hold a secret in headers, parameters, a body, or what is sent to subscribe. */
export function checkOptions(options: Readonly<Record<string, unknown>>): readonly FeedProblem[] {
  const { headers, query, body, subscribe } = options
  const told: readonly (readonly [string, string | undefined, string])[] = [
    // what stands in a header is sent as it is
    ['headers', clearIn(headers, () => false), cures.headers],
    ['query', clearIn(query, isFilledIn), cures.query],
    ['body', clearIn(readText(body), isFilledIn), cures.body],
    ['subscribe', clearIn(Array.isArray(subscribe) ? subscribe.map(readText) : subscribe, isFilledIn), cures.body],
  ]
  return told.flatMap(([option, name, cure]) =>
    name === undefined ? [] : [{ path: `transport.${option}`, problem: `holds ${JSON.stringify(name)} in clear; ${cure}` }],
  )
}

/** The first name, at any depth, that tells of a secret and has a value that is none of `isFine`. */
function clearIn(value: unknown, isFine: (value: string) => boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, part] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
    if (!Array.isArray(value) && isTelling(name) && leavesOf(part).some((leaf) => leaf !== '' && !isFine(leaf))) return name
    const inner = clearIn(part, isFine)
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Texts and numbers directly under a name. */
function leavesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}

/** JSON or a form as what it says, templates in them as they are; anything else has no names. */
function readText(text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (!/^\s*[{[]/.test(text)) return Object.fromEntries(new URLSearchParams(text.trim()))
  try {
    return JSON.parse(text) as unknown
  } catch {
    // a template outside of quotes is no JSON before it is filled in
    return Object.fromEntries([...text.matchAll(/"([^"\\]{1,64})"\s*:\s*"((?:[^"\\]|\\[^])*)"/g)].map(([, name = '', value = '']) => [name, value]))
  }
}

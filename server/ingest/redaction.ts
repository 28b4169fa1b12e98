/** A shorter secret is part of ordinary words. */
const shortest = 4
/** Letters of base64 that a secret must have for itself. */
const shortestCore = 6

const htmlNames: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/**
 * Takes secrets out of texts, however an upstream writes them back: as they are, in an address, a form, JSON, HTML, in hexadecimal, and in
 * base64 alone or behind a user's name. Also the beginning of one before `…`, and what stands before the @ of an address.
 * @param secrets of at least 4 characters
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const worth = [...secrets].filter((secret) => secret.length >= shortest)
  // the longer ones first: one secret may be part of another
  const writings = [...new Set(worth.flatMap(writingsOf))].sort((a, b) => b.length - a.length)
  const written = writings.length === 0 ? undefined : new RegExp(writings.map(escaped).join('|'), 'g')
  const cores = [...new Set(worth.flatMap(coresOf))]
  return (text) => {
    let rest = written === undefined ? text : text.replace(written, '***')
    for (const core of cores) rest = withoutWord(rest, core)
    return withoutBeginnings(rest, writings).replace(/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/gi, '$1***@')
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function writingsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const percent = [encodeURI(secret), encodeURIComponent(secret), strictPercent(secret), new URLSearchParams([['', secret]]).toString().slice(1)]
  const hex = Buffer.from(secret, 'utf8').toString('hex')
  return [
    secret,
    ...percent,
    ...percent.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ...[json, json.replaceAll('/', '\\/'), JSON.stringify(json).slice(1, -1)],
    secret.replace(/[&<>"']/g, (character) => htmlNames[character] ?? character),
    ...[hex, hex.toUpperCase()],
  ]
}

/** As RFC 3986 has it: the marks too. */
const strictPercent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

/** What base64 makes of a secret whatever stands before and after it: of each of three alignments the letters that hold nothing else. */
function coresOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8')
  return [0, 1, 2].flatMap((before) => {
    const letters = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const core = letters.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
    return core.length < shortestCore ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const isBase64 = (character: string | undefined): boolean => character !== undefined && /[A-Za-z0-9+/_=-]/.test(character)

/** Takes out the words of base64 that hold a core, whole: their ends may hold a letter of the secret. */
function withoutWord(text: string, core: string): string {
  let rest = ''
  let done = 0
  for (let at = text.indexOf(core); at >= 0; at = text.indexOf(core, done)) {
    let from = at
    while (from > done && isBase64(text[from - 1])) from -= 1
    let to = at + core.length
    while (isBase64(text[to])) to += 1
    rest += `${text.slice(done, from)}***`
    done = to
  }
  return rest + text.slice(done)
}

/** What was cut in the middle of a secret ends in its beginning. */
function withoutBeginnings(text: string, writings: readonly string[]): string {
  if (!text.includes('…')) return text
  return text.replace(/[^…]{1,400}(?=…)/g, (before) => {
    const longest = Math.max(0, ...writings.map((writing) => overlap(before, writing)))
    return longest < shortest ? before : `${before.slice(0, before.length - longest)}***`
  })
}

/** How many characters at the end of one text begin the other. */
function overlap(text: string, writing: string): number {
  for (let length = Math.min(text.length, writing.length - 1); length >= shortest; length -= 1) {
    if (text.endsWith(writing.slice(0, length))) return length
  }
  return 0
}

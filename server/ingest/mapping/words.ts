/** How a mapping's refusals speak. */

const longestQuote = 80

/** Foreign text inside our own: quoted and short. Masking is left to whoever keeps the refusal. */
export function quote(found: unknown): string {
  if (found === undefined) return 'nothing'
  if (Array.isArray(found)) return `a list of ${String(found.length)}`
  if (typeof found === 'object' && found !== null) return 'an object'
  if (typeof found === 'function') return 'a function'
  const text = typeof found === 'string' ? JSON.stringify(found.slice(0, longestQuote + 1)) : JSON.stringify(found)
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text
}

/** The first of a list, and that there are more. */
export function listed(words: readonly string[], most = 12): string {
  return words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${String(words.length - most)} more`
}

/** `line 3, column 14` of a text, both from 1. */
export function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  return `line ${String(line)}, column ${String(position - before.lastIndexOf('\n'))}`
}

/** Full-width digits and letters, and the many blanks and dashes that people type, as ASCII. */
export const toAscii = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[‐-―−]/g, '-')
    .trim()

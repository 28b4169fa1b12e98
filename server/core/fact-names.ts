import type { Fact } from '../../contract/fact.ts'
import type { Refusal } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Instant } from '../../contract/time.ts'
import { refusal } from './fact-checks.ts'
import { plateIn } from './masking.ts'
import { personalNumberIn } from './personal-numbers.ts'

/**
 * What a fact is known by must tell nobody: it stands in the log, in topics and in addresses, and cannot be masked, as two would become one.
 */

interface Name {
  readonly field: string
  readonly text: string
}

function namesOf(fact: Fact): readonly Name[] {
  const names: Name[] = []
  if ('id' in fact) names.push({ field: 'id', text: fact.id })
  if ('sensor' in fact) names.push({ field: 'sensor', text: fact.sensor })
  if ('key' in fact && fact.key !== undefined) names.push({ field: 'key', text: fact.key })
  if ('references' in fact) for (const text of fact.references ?? []) names.push({ field: 'references', text })
  return names
}

/** Only in such a name can there be a plate or a personal number: nearly every fact is let through by this alone. */
const suspicious = /[^\x20-\x7e]|\d{10}|\d[-. ]\d{4}/

function isSuspicious(fact: Fact): boolean {
  if ('id' in fact && suspicious.test(fact.id)) return true
  if ('sensor' in fact && suspicious.test(fact.sensor)) return true
  if ('key' in fact && fact.key !== undefined && suspicious.test(fact.key)) return true
  return 'references' in fact && fact.references?.some((text) => suspicious.test(text)) === true
}

/**
 * A fact under names that are nobody's: a plate becomes its alias, so that the same vehicle is the same one each time.
 * Errors: a mobile number or an identity card in a name, and a plate where there is no alias. Bank cards are let through: too many numbers
 * look like one.
 */
export function withFitNames(fact: Fact, alias: ((plate: string) => string) | undefined, now: Instant): Result<Fact, Refusal> {
  if (!isSuspicious(fact)) return ok(fact)
  const renamed = alias === undefined ? fact : withoutPlates(fact, alias)
  for (const { field, text } of namesOf(renamed)) {
    const found = personalNumberIn(text, now)
    if (found !== undefined && found !== 'bank card') return personal(field, found, 'let the mapping take another number, such as that of the order')
    if (plateIn(text) !== undefined) return personal(field, 'plate', 'let the mapping take another number, such as that of the terminal')
  }
  return ok(renamed)
}

const personal = (field: string, found: string, cure: string): Result<never, Refusal> =>
  fail(refusal('unknown-value', `${field}: found ${found === 'identity card' ? 'an' : 'a'} ${found}, expected a name that is nobody's; ${cure}`))

const named = ['id', 'key', 'sensor'] as const

function withoutPlates(fact: Fact, alias: (plate: string) => string): Fact {
  if (namesOf(fact).every(({ text }) => plateIn(text) === undefined)) return fact
  const changed: Record<string, unknown> = {}
  for (const field of named) {
    const text: unknown = Reflect.get(fact, field)
    if (typeof text === 'string') changed[field] = withAlias(text, alias)
  }
  if ('references' in fact && fact.references !== undefined) changed['references'] = fact.references.map((text) => withAlias(text, alias))
  return { ...fact, ...changed }
}

function withAlias(text: string, alias: (plate: string) => string): string {
  const plate = plateIn(text)
  return plate === undefined
    ? text
    : text.replace(plate, () =>
        alias(
          plate
            .normalize('NFKC')
            .toUpperCase()
            .replace(/[^\p{L}\p{N}]/gu, ''),
        ),
      )
}

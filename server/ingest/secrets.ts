import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { redactor } from './redaction.ts'
import { MisconfiguredError } from './transport.ts'

export interface Secrets {
  /** @throws MisconfiguredError naming both places where the secret may be */
  secret(name: string): string
  /** `text` without any secret that was asked for so far, and without users and passwords of addresses */
  redact(text: string): string
}

/**
 * Secrets of feeds: never in YAML, only in the variable YIPING_SECRET_<NAME>, or else in the file <directory>/<name>. Read anew each time, so
 * that a secret can be changed without a restart.
 * @param onWarning told of a file that others on the machine can read, once per file
 */
export function createSecrets({
  environment,
  directory,
  onWarning,
}: {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly directory: string
  readonly onWarning: (text: string) => void
}): Secrets {
  const known = new Set<string>()
  let redact = redactor(known)
  const warned = new Set<string>()
  const warnOnce = (file: string): void => {
    if (warned.has(file)) return
    warned.add(file)
    onWarning(`the secret in ${file} can be read by others on this machine; run: chmod 600 ${file}`)
  }
  return {
    secret(name) {
      const value = fromEnvironment(environment, name) ?? fromFile(join(directory, checkedName(name)), warnOnce)
      if (value === undefined) throw absent(name, directory)
      if (!known.has(value)) redact = redactor(known.add(value))
      return value
    },
    redact: (text) => redact(text),
  }
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return filled(environment[variableOf(checkedName(name))])
}

function fromFile(file: string, warn: (file: string) => void): string | undefined {
  try {
    const value = filled(readFileSync(file, 'utf8'))
    if ((statSync(file).mode & 0o077) !== 0) warn(file)
    return value
  } catch (error) {
    // not there: the caller says where it should be. Anything else, such as a file we may not read, is told as it is
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new MisconfiguredError(`the secret in ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function filled(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}

function checkedName(name: string): string {
  if (/^[a-z0-9-]+$/.test(name)) return name
  throw new MisconfiguredError(`${JSON.stringify(name.slice(0, 80))} is no name of a secret; use lower-case letters, digits and -`)
}

function variableOf(name: string): string {
  return `YIPING_SECRET_${name.toUpperCase().replaceAll('-', '_')}`
}

function absent(name: string, directory: string): MisconfiguredError {
  return new MisconfiguredError(
    `the secret ${name} is not there; put it into the variable ${variableOf(name)}, or into the file ${join(directory, name)}`,
  )
}

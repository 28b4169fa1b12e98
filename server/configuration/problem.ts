import type { z } from 'zod'

/** One mistake in config/: where it stands and what would be right. */
export interface Problem {
  /** relative to the configuration folder */
  readonly file: string
  /** path inside the file, such as `layouts[0].panels[2].width`; empty for the file as a whole */
  readonly path: string
  readonly problem: string
}

/** `['layouts', 0, 'panels']` → `layouts[0].panels`. Names that would not be told apart again are quoted: `ranges["a.b"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`
    const name = String(key)
    if (/[.[\]"]/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/** The path that `pathText` made a text of. */
export function pathKeys(text: string): readonly PropertyKey[] {
  return [...text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]"]+)/g)].map(([, index, quoted, name = '']) => {
    if (index !== undefined) return Number(index)
    // what the pattern takes for quoted is a JSON string
    return quoted === undefined ? name : (JSON.parse(quoted) as string)
  })
}

/** Keys that stood elsewhere in an earlier version, and where they stand now. */
const moved: Readonly<Record<string, string>> = { maxAheadSeconds: 'admission.maxAheadSeconds', maxAgeDays: 'admission.maxAgeDays' }

/** What zod found, one for each place: a key that is not known is told where it stands. */
export function issuesOf(error: z.ZodError): readonly { readonly path: readonly PropertyKey[]; readonly problem: string }[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, problem: issue.message }]
    return issue.keys.map((key) => ({ path: [...issue.path, key], problem: unknownKey(issue.path.length === 0 ? moved[key] : undefined) }))
  })
}

const unknownKey = (place: string | undefined): string =>
  place === undefined ? 'there is no such key here: check its spelling and its indentation' : `this stands under ${place} now: move it there`

/** Every issue zod found, as problems of `file`; `prefix` says where the parsed part stands in it. */
export function problemsOf(file: string, error: z.ZodError, prefix: readonly PropertyKey[] = []): Problem[] {
  return issuesOf(error).map(({ path, problem }) => ({ file, path: pathText([...prefix, ...path]), problem }))
}

/** The text shown when the start is refused: a line per problem, sorted by file. */
export function describeProblems(directory: string, problems: readonly Problem[]): string {
  const lines = problems.map(({ file, path, problem }) => `  ${file}${path === '' ? '' : `: ${path}`}: ${problem}`).sort()
  const count = problems.length === 1 ? '1 mistake' : `${String(problems.length)} mistakes`
  return [`The configuration in ${directory} has ${count}. Nothing was started.`, ...lines].join('\n')
}

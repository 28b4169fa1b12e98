import type { z } from 'zod'

/** One mistake in config/: where it stands and what would be right. */
export interface Problem {
  /** relative to the configuration folder */
  readonly file: string
  /** path inside the file, such as `layouts[0].panels[2].width`; empty for the file as a whole */
  readonly path: string
  readonly problem: string
}

/** `['layouts', 0, 'panels']` → `layouts[0].panels`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

/** Every issue zod found, as problems of `file`; `prefix` says where the parsed part stands in it. */
export function problemsOf(file: string, error: z.ZodError, prefix: readonly PropertyKey[] = []): Problem[] {
  return error.issues.map((issue) => ({ file, path: pathText([...prefix, ...issue.path]), problem: issue.message }))
}

/** The text shown when the start is refused: a line per problem, sorted by file. */
export function describeProblems(directory: string, problems: readonly Problem[]): string {
  const lines = problems.map(({ file, path, problem }) => `  ${file}${path === '' ? '' : `: ${path}`}: ${problem}`).sort()
  const count = problems.length === 1 ? '1 mistake' : `${String(problems.length)} mistakes`
  return [`The configuration in ${directory} has ${count}. Nothing was started.`, ...lines].join('\n')
}

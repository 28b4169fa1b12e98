import type { ReportFigure, ReportRun } from '../../contract/report.ts'

/** Text whose numbers know where they come from. */

export type Runs = readonly ReportRun[]

/** All figures of one report: a number is told twice, and stands here once. */
export class Figures {
  readonly #byId = new Map<string, ReportFigure>()

  get all(): readonly ReportFigure[] {
    return [...this.#byId.values()]
  }

  /** Registers a figure. @returns it as it stands in a text */
  put(figure: ReportFigure): ReportRun {
    this.#byId.set(figure.id, figure)
    return { text: figure.shown, figure: figure.id }
  }
}

/** A text of words and numbers: say`共${run}件`. Words that follow each other become one run. */
export function say(words: TemplateStringsArray, ...parts: readonly (string | ReportRun | Runs)[]): Runs {
  const runs: ReportRun[] = []
  for (const [index, text] of words.entries()) {
    append(runs, { text })
    const part = parts[index]
    if (part === undefined) continue
    for (const run of typeof part === 'string' ? [{ text: part }] : isRuns(part) ? part : [part]) append(runs, run)
  }
  return runs
}

const isRuns = (part: ReportRun | Runs): part is Runs => Array.isArray(part)

function append(runs: ReportRun[], run: ReportRun): void {
  const last = runs.at(-1)
  if (run.text === '') return
  if (last !== undefined && last.figure === undefined && run.figure === undefined) runs[runs.length - 1] = { text: last.text + run.text }
  else runs.push(run)
}

/** Several texts as one, with something between them. */
export function joined(texts: readonly Runs[], between: string): Runs {
  const runs: ReportRun[] = []
  for (const [index, text] of texts.entries()) {
    if (index > 0) append(runs, { text: between })
    for (const run of text) append(runs, run)
  }
  return runs
}

/** The same without knowing where its numbers come from. */
export const plainText = (runs: Runs): string => runs.map(({ text }) => text).join('')

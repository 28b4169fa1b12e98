import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { z } from 'zod'
import type { Problem } from './problem.ts'
import { pathText, problemsOf } from './problem.ts'

/** Reads the YAML files of one configuration folder, gathering every mistake instead of stopping at the first. */
export class ConfigurationReader {
  readonly problems: Problem[] = []
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  report(file: string, path: readonly PropertyKey[], problem: string): void {
    this.problems.push({ file, path: pathText(path), problem })
  }

  /** True when `file` (relative to the folder) exists. */
  has(file: string): boolean {
    return existsSync(join(this.#directory, file))
  }

  /** Names of the YAML files directly in `folder`, sorted; a missing folder is reported. */
  list(folder: string): readonly string[] {
    if (!this.has(folder)) {
      this.report(folder, [], 'this folder is missing')
      return []
    }
    return readdirSync(join(this.#directory, folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => `${folder}/${name}`)
  }

  /** The file's content by `schema`; undefined when it has mistakes, which are then in `problems`. */
  parse<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> | undefined {
    const content = this.#yaml(file)
    if (content === undefined) return undefined
    const parsed = schema.safeParse(content.value)
    if (parsed.success) return parsed.data
    this.problems.push(...problemsOf(file, parsed.error))
    return undefined
  }

  #yaml(file: string): { readonly value: unknown } | undefined {
    if (!this.has(file)) {
      this.report(file, [], 'this file is missing')
      return undefined
    }
    const lines = new LineCounter()
    const document = parseDocument(readFileSync(join(this.#directory, file), 'utf8'), { lineCounter: lines, prettyErrors: false })
    if (document.errors.length === 0) return this.#plain(file, document)
    for (const error of document.errors) {
      const { line, col } = lines.linePos(error.pos[0])
      this.report(file, [], `line ${String(line)}, column ${String(col)}: ${error.message}`)
    }
    return undefined
  }

  /** Aliases are resolved only here: those that grow beyond all bounds, or name nothing, are told like any other mistake. */
  #plain(file: string, document: Document): { readonly value: unknown } | undefined {
    try {
      return { value: document.toJS() as unknown }
    } catch (error) {
      this.report(file, [], error instanceof Error ? error.message : String(error))
      return undefined
    }
  }
}

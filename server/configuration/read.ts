import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Problem } from './problem.ts'
import { pathText, problemsOf } from './problem.ts'
import { readYaml } from './yaml-text.ts'

interface Place {
  readonly file: string
  readonly path: readonly PropertyKey[]
}

/** Reads the YAML files of one configuration folder, gathering every mistake instead of stopping at the first. */
export class ConfigurationReader {
  readonly problems: Problem[] = []
  readonly #directory: string
  readonly #places = new WeakMap<object, Place>()

  constructor(directory: string) {
    this.#directory = directory
  }

  report(file: string, path: readonly PropertyKey[], problem: string): void {
    this.problems.push({ file, path: pathText(path), problem })
  }

  /** Remembers where a definition stands. */
  place(definition: object, file: string, path: readonly PropertyKey[] = []): void {
    this.#places.set(definition, { file, path })
  }

  /** Reports a mistake inside a definition, by its file. @throws when it was never placed */
  reportIn(definition: object, path: readonly PropertyKey[], problem: string): void {
    const place = this.#places.get(definition)
    if (place === undefined) throw new Error(`a definition without a place: ${JSON.stringify(definition)}`)
    this.report(place.file, [...place.path, ...path], problem)
  }

  /** True when `file` (relative to the folder) exists. */
  has(file: string): boolean {
    return existsSync(join(this.#directory, file))
  }

  /** Names of the YAML files directly in `folder`, sorted; a missing folder is reported. */
  list(folder: string): readonly string[] {
    if (!this.has(folder)) {
      this.report(folder, [], 'this folder is missing: add it; it may be empty')
      return []
    }
    return readdirSync(join(this.#directory, folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => `${folder}/${name}`)
  }

  /**
   * The file's content by `schema`; undefined when it has mistakes, which are then in `problems`.
   * @param cure what to do when the file is missing
   */
  parse<Schema extends z.ZodType>(file: string, schema: Schema, cure = 'add it'): z.infer<Schema> | undefined {
    const content = this.#yaml(file, cure)
    if (content === undefined) return undefined
    const parsed = schema.safeParse(content.value)
    if (parsed.success) return parsed.data
    this.problems.push(...problemsOf(file, parsed.error))
    return undefined
  }

  #yaml(file: string, cure: string): { readonly value: unknown } | undefined {
    if (!this.has(file)) {
      this.report(file, [], `this file is missing: ${cure}`)
      return undefined
    }
    const read = readYaml(readFileSync(join(this.#directory, file), 'utf8'))
    if (read.ok) return read.value
    for (const { line, column, problem } of read.error)
      this.report(file, [], line === undefined ? problem : `line ${String(line)}, column ${String(column)}: ${problem}`)
    return undefined
  }
}

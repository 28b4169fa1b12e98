import type { ServerResponse } from 'node:http'
import type { Response } from 'express'
import { ProblemError } from './problem.ts'

/** How long a browser may use its copy: `always` is for names that change with their content, `asked` has it ask each time. */
export type Reuse = 'always' | 'asked'

export interface StoredFile {
  readonly directory: string
  /** inside `directory`; what leads out of it is not found */
  readonly name: string
  readonly reuse: Reuse
}

const cacheControl: Readonly<Record<Reuse, string>> = { always: 'public, max-age=31536000, immutable', asked: 'no-cache' }

/** Answers with a file; with a part of it, or with 304, when that is enough. @throws ProblemError when there is no such file */
export function sendFile(response: ServerResponse, { directory, name, reuse }: StoredFile): Promise<void> {
  // handlers are written against plain Node; every response that reaches one of these routes has come through Express, which adds sendFile
  const answer = response as Response
  return new Promise((resolve, reject) => {
    answer.sendFile(name, { root: directory, cacheControl: false, headers: { 'cache-control': cacheControl[reuse] } }, (error?: Error) => {
      if (error === undefined || response.headersSent || response.destroyed) resolve()
      else reject(new ProblemError('not-found', 'there is no such file'))
    })
  })
}

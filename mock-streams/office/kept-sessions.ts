import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Sessions of links that were used: a link works once, and whoever restarts the simulator alone hands the same ones over again. */
export interface KeptSessions {
  /** The cookie that a link was changed for, as far as is known. */
  find(link: string): Promise<string | undefined>
  keep(link: string, cookie: string): Promise<void>
}

/** Kept in a file that only its owner reads: those of the last links. @param mostKept as many as there are people in one office */
export function sessionsIn(file: string, mostKept: number): KeptSessions {
  const known = async (): Promise<ReadonlyMap<string, string>> => {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isNotThere(error)) return '[]'
      throw error
    })
    // as: our own file
    return new Map(JSON.parse(text) as readonly [string, string][])
  }
  return {
    find: async (link) => (await known()).get(link),
    async keep(link, cookie) {
      const kept = [...new Map([...(await known()), [link, cookie]])].slice(-mostKept)
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, JSON.stringify(kept), { mode: 0o600 })
    },
  }
}

const isNotThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

import { mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { MisconfiguredError } from './ingest/transport.ts'

/**
 * The folder that a feed reads files from; one in the drops is made.
 * @param allowed app.yaml's feedFolders
 * @throws MisconfiguredError for a folder that neither lies in the drops nor is allowed, or that a link leads out of them
 */
export function feedFolder(path: string, drops: string, allowed: readonly string[]): string {
  const folder = isAbsolute(path) ? resolve(path) : resolve(drops, path)
  if (isAbsolute(path)) {
    if (!allowed.some((root) => isWithin(folder, root)))
      throw new MisconfiguredError(`the folder ${path} is not among feedFolders of config/app.yaml; add it there, or use one in ${drops}`)
  } else if (!isWithin(folder, drops)) throw new MisconfiguredError(`the folder ${path} leads out of ${drops}; name one in it`)
  const real = realOf(folder)
  // before it is made: through a link it would be made elsewhere
  if (![drops, ...allowed].some((root) => isWithin(real, realOf(root))))
    throw new MisconfiguredError(
      `the folder ${path} leads by a symbolic link to ${real}; put a folder in the link's place, or add ${real} to feedFolders of config/app.yaml if that is meant`,
    )
  if (!isAbsolute(path)) mkdirSync(folder, { recursive: true })
  return folder
}

function isWithin(path: string, root: string): boolean {
  const way = relative(resolve(root), resolve(path))
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}

/** Where a path leads when every link is followed; what of it is not there yet stays as it is written. */
function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const above = dirname(path)
    return above === path ? path : join(realOf(above), basename(path))
  }
}

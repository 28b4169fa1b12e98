import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** The simulated platforms and the listeners for simulated devices use the ports behind this one: 8091 to 8100. */
export const usualPortBase = 8090

/** Where the configuration of a demonstration with other ports lies. */
export const demoConfiguration = (dataDirectory) => join(dataDirectory, 'demo-config')

/**
 * Copies a configuration and writes other ports for the demonstration's into the copy: those behind `base`. In a copy that is there already
 * only what is as it was made is made again: what was changed, added or taken away since, by hand or at the bench, stays so.
 */
export async function configurationAt(from, to, base) {
  if (!Number.isInteger(base) || base < 1 || base > 65_525) throw new Error(`MOCK_PORT_BASE is ${base}: give a number from 1 to 65525`)
  const made = await madeBefore(to)
  const fresh = await filesBelow(from)
  for (const file of await filesBelow(to)) if (await isOurs(to, file, made, fresh)) await rm(join(to, file))
  const kept = new Set(await filesBelow(to))
  for (const file of kept) await movePorts(join(to, file), made?.base ?? usualPortBase, base)
  const marks = {}
  for (const file of fresh) {
    const wasTakenAway = made?.files[file] !== undefined && !made.here.has(file)
    const stays = kept.has(file) || wasTakenAway
    if (!stays) await copyFile(join(from, file), join(to, file), base)
    marks[file] = stays ? (made?.files[file] ?? '') : await markOf(join(to, file))
  }
  await writeFile(madeOf(to), JSON.stringify({ base, files: marks }))
}

/** A copy that says nothing of itself is of an earlier version, which made all that is shipped. */
async function isOurs(to, file, made, fresh) {
  return made === undefined ? fresh.includes(file) : made.files[file] === (await markOf(join(to, file)))
}

async function copyFile(from, to, base) {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to)
  await movePorts(to, usualPortBase, base)
}

/** Beside the copy: each file that was made, with a mark of what was written into it. */
const madeOf = (to) => `${to}.made.json`

async function madeBefore(to) {
  if (!existsSync(madeOf(to)) || !existsSync(to)) return undefined
  return { ...JSON.parse(await readFile(madeOf(to), 'utf8')), here: new Set(await filesBelow(to)) }
}

async function filesBelow(directory) {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
}

const markOf = async (file) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

async function movePorts(file, from, to) {
  if (!file.endsWith('.yaml')) return
  const text = await readFile(file, 'utf8')
  const moved = text.replaceAll(/(?<=127\.0\.0\.1:)\d+\b/g, (port) => (port - from >= 1 && port - from <= 10 ? String(to + (port - from)) : port))
  if (moved !== text) await writeFile(file, moved)
}

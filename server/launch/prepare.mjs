import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What must be true before anything of ours can run: a fit Node, the packages of the lock file, a client built from these sources. Plain JavaScript, since it runs before there are packages. */

export const root = fileURLToPath(new URL('../..', import.meta.url))
const installedMark = join(root, 'node_modules/.yiping-installed')
const builtMark = join(root, 'dist/client/.yiping-built')

/** @returns the lowest Node that runs us is not met → a sentence for people, else undefined */
export function nodeProblem(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return undefined
  return `This is Node ${version}. Yiping needs Node 20.19 or newer (20, 22 and 24 are tested): install one from nodejs.org or your system's packages, then run the same command again.`
}

/** Runs a command to its end with its output shown; rejects with its name and exit code. */
export function run(command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
      shell: process.platform === 'win32' && command === 'npm',
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => (code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`))))
  })
}

/** Installs the packages of package-lock.json unless that very lock is installed already. */
export async function ensureInstalled() {
  const wanted = hashOf([join(root, 'package-lock.json')])
  if (existsSync(installedMark) && readFileSync(installedMark, 'utf8') === wanted) return
  console.log('Installing packages (about a minute the first time) …')
  await run('npm', ['ci', '--no-audit', '--no-fund'])
  writeFileSync(installedMark, wanted)
}

/** Builds the client unless the built one is made of these very sources. */
export async function ensureBuilt() {
  const wanted = hashOf([...filesBelow(join(root, 'client')), ...filesBelow(join(root, 'contract')), join(root, 'package-lock.json')])
  if (existsSync(builtMark) && readFileSync(builtMark, 'utf8') === wanted) return
  console.log('Building the client …')
  await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'client/vite.config.ts', '--logLevel', 'warn'], {
    BUILD: wanted,
  })
  mkdirSync(dirname(builtMark), { recursive: true })
  writeFileSync(builtMark, wanted)
}

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

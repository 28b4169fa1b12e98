import { existsSync } from 'node:fs'
import { readFile, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

/** Software WebGL must be asked for; everything that would call home is switched off. */
const flags = [
  '--no-sandbox',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]

const installed = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

interface Found {
  readonly executablePath: string
  readonly environment: Readonly<Record<string, string>>
}

/** How a browser is started by whoever drives it without Playwright. */
export interface BrowserCommand extends Found {
  readonly flags: readonly string[]
}

/**
 * The browser of the tests: the machine's Chromium, Chrome or Edge (CHROME_PATH first), else the one an npm package ships.
 * @throws when there is none, saying exactly what to do; a test never passes by being left out
 */
export async function browserCommand(): Promise<BrowserCommand> {
  return { ...((await findInstalled()) ?? (await unpackShipped())), flags }
}

/** Starts a real browser for a test. @throws as `browserCommand` does */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, environment } = await browserCommand()
  return await chromium.launch({ executablePath, args: flags, env: { ...process.env, ...environment } })
}

async function findInstalled(): Promise<Found | undefined> {
  if (process.env['YIPING_TEST_BROWSER'] === 'shipped') return undefined
  const executablePath = installed.find((path) => path !== undefined && existsSync(path))
  return Promise.resolve(executablePath === undefined ? undefined : { executablePath, environment: {} })
}

async function unpackShipped(): Promise<Found> {
  const cure = 'Install Chromium, Chrome or Edge (Debian: apt-get install chromium), or name one in CHROME_PATH, and run npm test again.'
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`No browser was found, and the one from npm runs on 64-bit Linux only. ${cure}`)
  try {
    const shipped = (await import('@sparticuz/chromium')).default
    const executablePath = await shipped.executablePath()
    return { executablePath, environment: { LD_LIBRARY_PATH: await unpackLibraries() } }
  } catch (error) {
    throw new Error(`No browser was found, and the one from npm could not be unpacked. ${cure}`, { cause: error })
  }
}

/** The shipped browser needs nss and a few more libraries, which its package holds as a compressed tar archive. */
async function unpackLibraries(): Promise<string> {
  const target = join(tmpdir(), 'yiping-chromium-libraries')
  const packaged = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../../bin/al2023.tar.br')
  for (const { name, content } of filesOfTar(brotliDecompressSync(await readFile(packaged)))) {
    const path = join(target, name)
    await mkdir(dirname(path), { recursive: true })
    if (!existsSync(path)) await writeFile(path, content, { mode: 0o755 })
  }
  return join(target, 'lib')
}

/** Regular files of a ustar archive. */
function filesOfTar(archive: Buffer): readonly { readonly name: string; readonly content: Buffer }[] {
  const files: { name: string; content: Buffer }[] = []
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const name = archive.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = parseInt(archive.toString('ascii', at + 124, at + 136), 8)
    const isFile = archive[at + 156] === 0x30 || archive[at + 156] === 0
    if (isFile) files.push({ name, content: archive.subarray(at + 512, at + 512 + size) })
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { configurationAt } from '../../server/launch/demo-ports.mjs'
import { launchBrowser } from './browser.ts'

const root = new URL('../..', import.meta.url).pathname
export const bootstrapToken = 'a-bootstrap-token-for-tests-0123456789abcdef'

export interface WindowSize {
  readonly width: number
  readonly height: number
}

/** The real server (and, when asked for, the real simulated upstreams) as processes of their own, on free ports and in a new folder. */
export interface Whole {
  readonly url: string
  readonly dataDirectory: string
  /** the copy of config/ that the server reads */
  readonly configDirectory: string
  /** A page signed in as a wall, at `path`. Every request to another host than loopback is refused and listed in `outside`. */
  wallPage(path: string, size: WindowSize): Promise<Page>
  /** Likewise, of whoever a sign-in link is for, in a browser of their own. */
  pageBy(link: string, path: string, size: WindowSize): Promise<Page>
  /** requests that pages tried to make to other hosts */
  readonly outside: string[]
  /** messages of uncaught errors in pages */
  readonly pageErrors: string[]
  feedToken(feed: string): Promise<string>
  post(feed: string, messages: unknown): Promise<{ readonly status: number; readonly body: unknown }>
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>
  /** POST as an administrator */
  press(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>
  /** @param name of a person, who can sign then */
  signInLink(role: 'wall' | 'desk', name?: string): Promise<string>
  startMocks(environment?: Readonly<Record<string, string>>): Promise<ChildProcess>
  /** moves the server's time forward: only with `now` */
  moveTo(instant: number): Promise<void>
  /** ends the server at once, as a power cut would; `restart` brings it back on the same port and folder */
  kill(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface WholeOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** changes the copy of config/ before the server reads it */
  readonly configure?: (directory: string) => Promise<void>
  /** the server's time begins here and can be moved; left out, it is the machine's */
  readonly now?: number
}

export async function startWhole(options: WholeOptions = {}): Promise<Whole> {
  const folder = await mkdtemp(join(tmpdir(), 'yiping-whole-'))
  const [port, portBase] = [await freePort(), await freePortBase()]
  const config = join(folder, 'config')
  await configurationAt(join(root, 'config'), config, portBase)
  await options.configure?.(config)
  const { environment = {}, now } = options
  const whole = new WholeProcess({ folder, config, port, portBase, environment, now })
  await whole.restart()
  return whole
}

interface Setting {
  readonly folder: string
  readonly config: string
  readonly port: number
  /** the demonstration's platforms and devices use the ten ports behind it */
  readonly portBase: number
  readonly environment: Readonly<Record<string, string>>
  readonly now: number | undefined
}

class WholeProcess implements Whole {
  readonly url: string
  readonly dataDirectory: string
  readonly configDirectory: string
  readonly outside: string[] = []
  readonly pageErrors: string[] = []
  readonly #setting: Setting
  readonly #children: ChildProcess[] = []
  #server: ChildProcess | undefined
  #browser: Browser | undefined

  constructor(setting: Setting) {
    this.#setting = setting
    this.url = `http://127.0.0.1:${String(setting.port)}`
    this.dataDirectory = join(setting.folder, 'data')
    this.configDirectory = setting.config
  }

  async restart(): Promise<void> {
    const { port, environment, now } = this.#setting
    const entry = now === undefined ? 'server/main.ts' : 'test/support/moved-server.ts'
    this.#server = this.#spawn(entry, { PORT: String(port), YIPING_TEST_NOW: String(now), ...environment })
    const ended = once(this.#server, 'exit').then(([code]) => {
      throw new Error(`the server ended with code ${String(code)} before it was ready`)
    })
    await Promise.race([this.#untilReady(), ended])
    ended.catch(() => undefined)
  }

  async kill(): Promise<void> {
    const server = this.#server
    if (server?.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
    for (const child of [...this.#children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(this.#setting.folder, { recursive: true, force: true })
  }

  async wallPage(path: string, size: WindowSize): Promise<Page> {
    const page = await this.pageBy(await this.signInLink('wall'), path, size)
    // as on a browser whose first ten minutes are over: the code of a wall that nobody has enrolled would cover what is looked at
    await page.evaluate(() => localStorage.setItem('yiping.code-until', '0'))
    await page.goto(new URL(path, this.url).href)
    return page
  }

  async pageBy(link: string, path: string, size: WindowSize): Promise<Page> {
    this.#browser ??= await launchBrowser()
    const context = await this.#browser.newContext({ viewport: size, deviceScaleFactor: 1, locale: 'zh-CN' })
    await context.route(
      (address) => !['127.0.0.1', 'localhost'].includes(address.hostname) && address.protocol.startsWith('http'),
      (route) => {
        this.outside.push(route.request().url())
        return route.abort()
      },
    )
    const page = await context.newPage()
    page.on('pageerror', (error) => this.pageErrors.push(error.message))
    // the link is made for the name by which the server calls itself, and a session is of one name
    const { pathname, search } = new URL(link)
    await page.goto(new URL(pathname + search, this.url).href)
    await page.goto(new URL(path, this.url).href)
    return page
  }

  async signInLink(role: 'wall' | 'desk', name?: string): Promise<string> {
    const answer = await fetch(`${this.url}/api/sign-in-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ role, name }),
    })
    const { url } = (await answer.json()) as { url: string }
    return new URL(new URL(url, this.url).pathname + new URL(url, this.url).search, this.url).href
  }

  async feedToken(feed: string): Promise<string> {
    return (await readFile(join(this.dataDirectory, 'secrets/feeds', `${feed}.token`), 'utf8')).trim()
  }

  async post(feed: string, messages: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.url}/api/intake/${feed}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.feedToken(feed)}`, 'content-type': 'application/json' },
      body: JSON.stringify(messages),
    })
    return { status: answer.status, body: await answer.json() }
  }

  async get(path: string): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${bootstrapToken}` } })
    return { status: answer.status, body: await answer.json() }
  }

  async press(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: await answer.json() }
  }

  async startMocks(environment: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    const tokens = { YIPING_FEED_TOKEN_HOTLINE: await this.feedToken('hotline'), YIPING_FEED_TOKEN_INDICATORS: await this.feedToken('indicators') }
    const office = [await this.signInLink('desk', '演示填报员'), await this.signInLink('desk', '演示审核员')]
    return this.#spawn('mock-streams/main.ts', {
      YIPING_URL: this.url,
      MOCK_OFFICE_LINKS: office.join(' '),
      MOCK_PORT_BASE: String(this.#setting.portBase),
      ...tokens,
      ...environment,
    })
  }

  async moveTo(instant: number): Promise<void> {
    const moved = once(this.#server ?? process, 'message')
    this.#server?.send({ moveTo: instant })
    await moved
  }

  #spawn(entry: string, environment: Readonly<Record<string, string>>): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, entry)], {
      cwd: root,
      env: {
        ...process.env,
        YIPING_DATA: this.dataDirectory,
        YIPING_CONFIG: this.#setting.config,
        YIPING_BOOTSTRAP_TOKEN: bootstrapToken,
        YIPING_DEMO_ISECURE_KEY: 'demo-key',
        YIPING_DEMO_ISECURE_SECRET: 'demo-secret-for-tests',
        YIPING_SECRET_DEMO_SMART_CITY: 'smart-city-for-tests',
        YIPING_SECRET_DEMO_TRAFFIC_POLICE: 'traffic-police-for-tests',
        YIPING_SECRET_DEMO_MEDICAL: 'medical-for-tests',
        YIPING_SECRET_DEMO_PARKING: 'parking-for-tests',
        ...environment,
      },
      stdio: ['ignore', process.env['YIPING_TEST_OUTPUT'] === undefined ? 'ignore' : 'inherit', 'inherit', 'ipc'],
    })
    this.#children.push(child)
    return child
  }

  async #untilReady(): Promise<void> {
    for (;;) {
      const ready = await fetch(`${this.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
      if (ready) return
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}

export async function freePort(): Promise<number> {
  const { port } = await listening(0)
  return port
}

/** A number with nine free ports behind it, below those that the system hands out by itself. */
async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 10_000 + 10 * Math.floor(Math.random() * 2_000)
    const tried = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => listening(base + 1 + index)))
    if (tried.every(({ status }) => status === 'fulfilled')) return base
  }
}

/** Listens and closes again. @throws when the port is taken */
async function listening(asked: number): Promise<AddressInfo> {
  const server = createServer()
  server.listen(asked, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return address
}

/** Configures a house in which nothing is asked for over the network: facts come by the native intake and by hand alone. */
export async function withoutDemonstration(config: string): Promise<void> {
  for (const file of await readdir(join(config, 'feeds'))) if (!['native.yaml', 'manual.yaml'].includes(file)) await rm(join(config, 'feeds', file))
  for (const file of await readdir(join(config, 'video'))) await rm(join(config, 'video', file))
}

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { browserCommand } from '../support/browser.ts'
import { Debugger } from './debugger.ts'

const openPatienceMs = 120_000
const lookEveryMs = 200

const attachedSchema = z.object({ sessionId: z.string(), targetInfo: z.object({ type: z.string() }) })
const detachedSchema = z.object({ sessionId: z.string() })
const evaluatedSchema = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() }).optional(),
})

/** One page in a browser of its own, watched and touched as a person would, with nothing switched on that is not needed. */
export class WallBrowser {
  readonly #debugger: Debugger
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #session: string
  readonly #workers = new Set<string>()
  #crash: string | undefined

  private constructor(browser: { debugger: Debugger; process: ChildProcess; profile: string; session: string }) {
    this.#debugger = browser.debugger
    this.#process = browser.process
    this.#profile = browser.profile
    this.#session = browser.session
    this.#debugger.onEvent(({ method, params }) => {
      if (method === 'Inspector.targetCrashed') this.#crash = 'the page has crashed'
      if (method === 'Target.attachedToTarget') {
        const { sessionId, targetInfo } = attachedSchema.parse(params)
        if (targetInfo.type === 'worker') this.#workers.add(sessionId)
      }
      if (method === 'Target.detachedFromTarget') this.#workers.delete(detachedSchema.parse(params).sessionId)
    })
  }

  static async launch(size: { readonly width: number; readonly height: number }): Promise<WallBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'yiping-soak-browser-'))
    const { process: child, address } = await start(profile)
    const connected = await Debugger.connect(address)
    const { targetId } = z.object({ targetId: z.string() }).parse(await connected.send('Target.createTarget', { url: 'about:blank' }))
    const attached = await connected.send('Target.attachToTarget', { targetId, flatten: true })
    const session = z.object({ sessionId: z.string() }).parse(attached).sessionId
    const browser = new WallBrowser({ debugger: connected, process: child, profile, session })
    await browser.#prepare(size)
    return browser
  }

  get workers(): number {
    return this.#workers.size
  }

  async #prepare({ width, height }: { readonly width: number; readonly height: number }): Promise<void> {
    const source = await readFile(new URL('./watch-leftovers.js', import.meta.url), 'utf8')
    await this.send('Page.enable')
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source })
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
    await this.send('Performance.enable')
    await this.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true })
  }

  /** To the page. @throws when the page has crashed */
  async send(method: string, params: object = {}): Promise<unknown> {
    if (this.#crash !== undefined) throw new Error(this.#crash)
    return await this.#debugger.send(method, params, this.#session)
  }

  /** To the browser itself. */
  async sendToBrowser(method: string): Promise<unknown> {
    return await this.#debugger.send(method)
  }

  onEvent(listener: (method: string, params: unknown) => void): void {
    this.#debugger.onEvent(({ method, params, sessionId }) => {
      if (sessionId === this.#session) listener(method, params)
    })
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = evaluatedSchema.parse(await this.send('Runtime.evaluate', { expression, returnByValue: true }))
    if (exceptionDetails !== undefined) throw new Error(`in the page: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`)
    return result.value
  }

  async open(url: string): Promise<void> {
    const { errorText } = z.object({ errorText: z.string().optional() }).parse(await this.send('Page.navigate', { url }))
    if (errorText !== undefined) throw new Error(`${url} could not be opened: ${errorText}`)
    await this.until(`document.readyState === 'complete'`, 'the page to load')
  }

  /** @throws when the expression is not true within two minutes, naming what was waited for */
  async until(expression: string, what: string): Promise<void> {
    for (const until = Date.now() + openPatienceMs; Date.now() < until;) {
      // while a page gives way to another there is nothing to ask
      const isThere = await this.evaluate(`Boolean(${expression})`).catch(() => false)
      if (isThere === true) return
      await new Promise((done) => setTimeout(done, lookEveryMs))
    }
    throw new Error(`waited two minutes in vain for ${what}; the page shows: ${String(await this.evaluate('document.body.innerText.slice(0, 300)'))}`)
  }

  async press(key: string): Promise<void> {
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key })
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key })
  }

  /** Clicks one of the elements that match, the n-th going round; answers whether there was any. */
  async click(selector: string, n: number): Promise<boolean> {
    const found = await this.evaluate(`(() => {
      const all = [...document.querySelectorAll(${JSON.stringify(selector)})]
      const box = all[${String(n)} % all.length]?.getBoundingClientRect()
      return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    })()`)
    if (found === undefined) return false
    const at = z.object({ x: z.number(), y: z.number() }).parse(found)
    const mouse = { ...at, button: 'left', clickCount: 1 }
    await this.send('Input.dispatchMouseEvent', { ...mouse, type: 'mousePressed' })
    await this.send('Input.dispatchMouseEvent', { ...mouse, type: 'mouseReleased' })
    return true
  }

  async close(): Promise<void> {
    this.#debugger.close()
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM')
      await once(this.#process, 'exit')
    }
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** @returns where its protocol is spoken, as the browser says on its error output */
async function start(profile: string): Promise<{ readonly process: ChildProcess; readonly address: string }> {
  const { executablePath, environment, flags } = await browserCommand()
  // a spare process for pages to come would be taken for the page's own
  const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--hide-scrollbars', '--mute-audio', '--lang=zh-CN']
  const args = [...flags, ...own, '--disable-features=SpareRendererForSitePerProcess', 'about:blank']
  const child = spawn(executablePath, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] })
  // a soak that stumbles leaves no browser behind
  process.once('exit', () => child.kill())
  // read to the end of its life: a full pipe would stop the browser
  const lines = createInterface({ input: child.stderr })
  const address = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new Error(`${executablePath} ended with code ${String(code)} before it could be spoken to`))
    })
  })
  return { process: child, address }
}

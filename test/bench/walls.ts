import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { CommandAnswer, WallIdentity, WallReports } from '../../contract/wall.ts'
import type { WallOrder } from '../../contract/wall-fact.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { ask, startChild } from './child.ts'
import { percentile } from './percentile.ts'
import type { Walls, WallsAnswer } from './walls-load.ts'

export interface WallFigures {
  readonly walls: number
  /** from the desk's request until the last wall has painted, and until the desk could know it of all of them */
  readonly painted: { readonly p50Ms: number; readonly p99Ms: number }
  readonly acknowledged: { readonly p50Ms: number; readonly p99Ms: number }
  readonly perSecond: number
  /** from a request until the answer that the command is durable, while all walls follow */
  readonly answered: { readonly p50Ms: number; readonly p99Ms: number }
}

const district = '620802'
const steps = 200
const everyMs = 100
const warmUps = 20
const perSecond = 200
const seconds = 10

/** A desk drives so many walls in step through the real server; then so many commands a second, each to one of them. */
export async function wallFigures(count = 50): Promise<WallFigures> {
  const whole = await startWhole({ environment: { BUILD: 'bench' } })
  const load = startChild('./walls-load.ts')
  try {
    const desk = new Desk(whole.url, await signIn(whole, 'desk', '值班员'))
    const walls = await enrolled(whole, desk, count)
    await ask<WallsAnswer>(load, { url: whole.url, walls } satisfies Walls)
    const ids = walls.map(({ wall }) => wall)
    for (let step = 0; step < warmUps; step += 1) await oneStep(desk, load, ids)
    const taken: { readonly paintedMs: number; readonly acknowledgedMs: number }[] = []
    for (let step = 0; step < steps; step += 1) {
      const pause = new Promise((done) => setTimeout(done, everyMs))
      taken.push(await oneStep(desk, load, ids))
      await pause
    }
    await ask<WallsAnswer>(load, { report: false })
    const answered = await commandsAt(desk, ids)
    return {
      walls: count,
      painted: figuresOf(taken.map(({ paintedMs }) => paintedMs)),
      acknowledged: figuresOf(taken.map(({ acknowledgedMs }) => acknowledgedMs)),
      perSecond,
      answered: figuresOf(answered),
    }
  } finally {
    load.disconnect()
    await whole.stop()
  }
}

const micros = (): number => Number(process.hrtime.bigint() / 1_000n)

function figuresOf(times: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = [...times].sort((a, b) => a - b)
  return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
}

let turn = 0
/** Another screen each time, so that each is a change. */
const nextOrder = (): WallOrder => {
  turn += 1
  return { do: 'show', screen: turn % 2 === 0 ? 'overview' : 'perceive', district }
}

async function oneStep(desk: Desk, load: ReturnType<typeof startChild>, walls: readonly string[]) {
  const painted = ask<Extract<WallsAnswer, { number: number }>>(load)
  const began = micros()
  const { number } = await desk.drive(walls, nextOrder())
  const last = await painted
  if (last.number !== number) throw new Error(`the walls painted command ${String(last.number)}, and ${String(number)} was given`)
  const acknowledgedMs = await desk.acknowledged(number, walls.length)
  return { paintedMs: (last.lastPaintedAt - began) / 1_000, acknowledgedMs }
}

/** Evenly, whether the ones before are answered or not; what the event loop was late for is sent at once. */
async function commandsAt(desk: Desk, walls: readonly string[]): Promise<readonly number[]> {
  const total = perSecond * seconds
  const began = performance.now()
  const under: Promise<number>[] = []
  while (under.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond) + 1)
    for (; under.length < due;) under.push(timed(() => desk.drive([walls[under.length % walls.length] ?? ''], nextOrder())))
    await new Promise((done) => setTimeout(done, 1))
  }
  return await Promise.all(under)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function signIn(whole: Whole, role: 'wall' | 'desk', name?: string): Promise<string> {
  const answer = await fetch(await whole.signInLink(role, name), { redirect: 'manual' })
  const [cookie] = answer.headers.getSetCookie().map((text) => text.split(';')[0] ?? '')
  if (cookie === undefined) throw new Error(`signing in was answered with ${String(answer.status)}`)
  return cookie
}

async function enrolled(whole: Whole, desk: Desk, count: number): Promise<Walls['walls']> {
  const walls: Walls['walls'][number][] = []
  for (let n = 0; n < count; n += 1) {
    const cookie = await signIn(whole, 'wall')
    const me = (await (await fetch(`${whole.url}/api/walls/me`, { headers: { cookie } })).json()) as WallIdentity
    if (me.state !== 'waiting') throw new Error(`a new wall is ${me.state}`)
    const { wall } = await desk.ask<{ wall: string }>('POST', '/api/walls/enrol', { district, code: me.code, name: `大屏 ${String(n)}` })
    walls.push({ wall, cookie })
  }
  return walls
}

/** A desk on connections that are kept, as a browser's are. */
class Desk {
  readonly #url: string
  readonly #cookie: string
  readonly #agent = new Agent({ keepAlive: true })

  constructor(url: string, cookie: string) {
    this.#url = url
    this.#cookie = cookie
  }

  drive(walls: readonly string[], what: WallOrder): Promise<CommandAnswer> {
    return this.ask('POST', '/api/walls/command', { district, key: randomUUID(), walls, what })
  }

  /** How long after the command the last wall's report was heard, by the server's clock. */
  async acknowledged(number: number, walls: number): Promise<number> {
    let after = ''
    for (;;) {
      const { version, steps: told } = await this.ask<WallReports>('GET', `/api/walls/reports?district=${district}${after}`)
      const times = Object.values(told.find((step) => step.number === number)?.paintedMs ?? {})
      if (times.length === walls) return Math.max(...times)
      after = `&after=${String(version)}`
    }
  }

  ask<Told>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Told> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { cookie: this.#cookie, origin: this.#url, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, { method, agent: this.#agent, headers }, (response) => {
        let answer = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => (answer += piece))
        response.on('end', () => {
          // as: who asks knows what is answered
          if (response.statusCode === 200) resolve(JSON.parse(answer) as Told)
          else reject(new Error(`${path} was answered with ${String(response.statusCode)}: ${answer.slice(0, 500)}`))
        })
      })
      sent.on('error', reject)
      sent.end(text)
    })
  }
}

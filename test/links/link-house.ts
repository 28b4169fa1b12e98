import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../../contract/fact.ts'
import type { LinkDefinition, LinkThread } from '../../contract/link.ts'
import { Closing } from '../../server/closing.ts'
import { World } from '../../server/core/world.ts'
import { createCommands } from '../../server/http/command.ts'
import { openLinkRoom } from '../../server/link-room.ts'
import { signedHeaders } from '../../server/links/signature.ts'
import { House } from '../http/house.ts'
import type { Answer } from '../http/house.ts'
import { linkSecret } from '../support/links.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith, unit } from '../support/registry.ts'

/** What the other side was told. */
interface Told {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** The whole of linked systems between a log in memory and another side that listens: couriers, routes and the world, over real HTTP. */
export class LinkHouse {
  readonly clock = new ManualClock()
  readonly told: Told[] = []
  readonly facts: Fact[] = []
  readonly world: World
  readonly links: LinkDefinition[]
  house!: House
  /** what the other side answers */
  status = 200
  readonly #closing = new Closing()
  readonly #directory = mkdtempSync(join(tmpdir(), 'yiping-links-'))
  readonly #registry
  readonly #other: ReturnType<typeof createServer> | undefined
  #waiters: (() => void)[] = []

  private constructor(links: readonly LinkDefinition[], port: number, other: ReturnType<typeof createServer> | undefined) {
    this.links = links.map((each) => ({ ...each, url: `http://127.0.0.1:${String(port)}/${each.id}` }))
    this.#registry = registryWith({ units: [unit({ id: 'water' })], links: this.links, app: { feedHosts: [`127.0.0.1:${String(port)}`] } })
    this.world = new World(this.#registry)
    this.#other = other
  }

  static async open(...links: readonly LinkDefinition[]): Promise<LinkHouse> {
    const opened: { house?: LinkHouse } = {}
    const other = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => {
        opened.house?.told.push({ headers: request.headers, body: Buffer.concat(pieces).toString('utf8') })
        response.writeHead(opened.house?.status ?? 500).end()
      })
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    // a TCP server that listens has an address with a port
    opened.house = new LinkHouse(links, (other.address() as AddressInfo).port, other)
    return await opened.house.#start()
  }

  /** With another side that listens already. */
  static async against(port: number, ...links: readonly LinkDefinition[]): Promise<LinkHouse> {
    return await new LinkHouse(links, port, undefined).#start()
  }

  async #start(): Promise<this> {
    const record = (facts: readonly Fact[]): Promise<void> => {
      for (const fact of facts) this.take(fact)
      return Promise.resolve()
    }
    const routes = openLinkRoom(
      {
        settings: { dataDirectory: this.#directory, environment: { YIPING_SECRET_DISPATCH: linkSecret, YIPING_SECRET_TRAFFIC: `${linkSecret}-2` } },
        registry: this.#registry,
        clock: this.clock,
        log: () => undefined,
        spine: {
          world: this.world,
          note: (facts) => void record(facts),
          recorder: { record: (_feed, facts) => record(facts).then(() => ({ accepted: facts.length, duplicates: 0, seq: this.facts.length })) },
        },
        commands: createCommands(record),
      },
      this.#closing,
    )
    this.house = await new House({ routes, clock: this.clock }).open()
    return this
  }

  async close(): Promise<void> {
    await this.#closing.run()
    await this.house.close()
    this.#other?.closeAllConnections()
    this.#other?.close()
    rmSync(this.#directory, { recursive: true })
  }

  take(fact: Fact): void {
    this.facts.push(fact)
    this.world.apply({ seq: this.facts.length, at: this.clock.now(), feed: fact.kind === 'incident' ? 'hotline' : 'system', fact })
    for (const waiter of this.#waiters) waiter()
  }

  /** Lets the couriers work until the log says so. */
  async until(isThere: (facts: readonly Fact[]) => boolean): Promise<void> {
    this.clock.advance(1_000)
    while (!isThere(this.facts)) await new Promise<void>((resolve) => (this.#waiters = [resolve]))
  }

  thread(id: string): LinkThread | undefined {
    // the topic holds threads
    return this.world.find('link-threads@620802', id) as LinkThread | undefined
  }

  desk(path: string, body: unknown, name: string | null = '张三'): Promise<Answer> {
    const cookie = `yiping_session=${this.house.signIn('desk', name ?? undefined)}`
    const headers = { cookie, origin: this.house.origin, 'content-type': 'application/json' }
    return this.house.ask('POST', path, { headers, body: JSON.stringify(body) })
  }

  /** What the other side says. */
  say(word: unknown, { id = 'm1', at = this.clock.now(), link = 'dispatch', secret = linkSecret } = {}): Promise<Answer> {
    const body = Buffer.from(typeof word === 'string' ? word : JSON.stringify(word))
    return this.house.ask('POST', `/api/links/${link}`, { headers: signedHeaders(secret, { id, at, body }), body })
  }
}

import { describe, expect, it, onTestFinished } from 'vitest'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { LinkStatus } from '../../server/ingest/runner.ts'
import { FeedRunner } from '../../server/ingest/runner.ts'
import { MisconfiguredError, NotTakenError, TryLaterError } from '../../server/ingest/transport.ts'
import type { TransportContext } from '../../server/ingest/transport.ts'
import { start } from '../support/facts.ts'
import { full, Rooms, settled, text, values, turnsUntil } from './feed-line.ts'

type Context = TransportContext<unknown>

/** A runner whose transport does what the test says, run by run. */
class Tried {
  readonly rooms = new Rooms()
  readonly runs: { readonly at: number; readonly context: Context }[] = []
  run: (context: Context) => Promise<void> = untilAborted
  #runner: FeedRunner | undefined

  begin(given: Partial<FeedDefinition> = {}): this {
    this.rooms.transports.set('air', (context) => {
      this.runs.push({ at: this.rooms.clock.now() - start, context })
      return this.run(context)
    })
    const { link } = this.rooms.opened({ source: 'tried://10.20.0.5/air', ...given })
    if (link === undefined) throw new Error('a feed that is run has a link')
    const runner = new FeedRunner(this.rooms.pipeline({ source: 'tried://10.20.0.5/air', ...given }), link, this.rooms.all)
    this.#runner = runner
    onTestFinished(async () => {
      const closed = runner.close()
      // a transport that does not end is not waited for
      this.rooms.clock.advance(10 * secondMs)
      await closed
    })
    return this
  }

  get runner(): FeedRunner {
    if (this.#runner === undefined) throw new Error('begin first')
    return this.#runner
  }

  get status(): LinkStatus {
    return this.runner.status
  }

  /** Lets `ms` pass in steps short enough that whatever begins on the way does begin then. */
  async pass(ms: number, step = 250): Promise<void> {
    for (let passed = 0; passed < ms; passed += step) {
      this.rooms.clock.advance(Math.min(step, ms - passed))
      await settled()
    }
  }

  /** between one run and the next */
  get pauses(): readonly number[] {
    return this.runs.slice(1).map(({ at }, index) => at - (this.runs[index]?.at ?? 0))
  }
}

const untilAborted = ({ signal }: Context): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
const lost = (): Promise<void> => Promise.reject(new Error('the upstream does not answer'))

describe('a feed that loses its upstream', () => {
  it('comes again later and later, a minute apart at most', async () => {
    const tried = new Tried()
    tried.run = lost
    tried.begin()
    await settled()
    await tried.pass(5 * minuteMs)
    expect(tried.pauses.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * secondMs))
  })

  it('waits between half and the whole of that, as chance has it', async () => {
    const tried = new Tried()
    tried.run = lost
    tried.rooms.chance = 0
    tried.begin()
    await settled()
    await tried.pass(minuteMs)
    expect(tried.pauses.slice(0, 5)).toEqual([0.5, 1, 2, 4, 8].map((seconds) => seconds * secondMs))
  })

  it('begins anew after a link that held for thirty seconds, and not after a shorter one', async () => {
    const tried = new Tried()
    let holds = 0
    tried.run = ({ clock }) => new Promise((_resolve, reject) => void clock.after(holds, () => reject(new Error('gone'))))
    tried.begin()
    await settled()
    await tried.pass(minuteMs)
    holds = 29 * secondMs
    const short = tried.runs.length
    await tried.pass(5 * minuteMs)
    expect(tried.pauses.slice(short).every((pause) => pause > 60 * secondMs)).toBe(true)
    holds = 30 * secondMs
    await tried.pass(5 * minuteMs)
    expect(tried.pauses.at(-1)).toBe(31 * secondMs)
  })

  it('that ends without a word is one that was lost', async () => {
    const tried = new Tried()
    tried.run = () => Promise.resolve()
    tried.begin()
    await settled()
    expect(tried.rooms.failures).toEqual([{ feed: 'air', reason: 'unreachable', detail: 'the connection ended' }])
  })

  it('that says when to come again is asked then, and not before', async () => {
    const tried = new Tried()
    tried.run = () => Promise.reject(new TryLaterError('429: too many requests', 20 * secondMs))
    tried.begin()
    await settled()
    expect(tried.status).toMatchObject({ connection: 'retrying', retryAt: start + 20 * secondMs })
    await tried.pass(minuteMs)
    expect(tried.pauses.slice(0, 2)).toEqual([20 * secondMs, 20 * secondMs])
  })

  it('tells nothing of the people that its upstream speaks of in its errors', async () => {
    const tried = new Tried()
    tried.run = (context) => {
      context.warn('来电人张三13800138000')
      return Promise.reject(new Error(`10.20.0.5: 500, it failed; it says "${'x'.repeat(140)} 市民张三 电话13800138000 身份证620802199001011234"`))
    }
    tried.begin()
    await settled()
    const told = JSON.stringify([tried.status, tried.rooms.failures, tried.rooms.lines])
    expect(told).toContain('it failed; it says')
    expect(told).not.toMatch(/张三|1380|6208021990/)
  })

  it('tells the watch, the log and the status in the same words, without secrets', async () => {
    const tried = new Tried()
    tried.rooms.secrets = { air: 'hunter2hunter2' }
    tried.run = (context) => {
      context.warn(`${context.secret('air')} is sent in clear`)
      context.warn(`${context.secret('air')} is sent in clear`)
      return Promise.reject(new Error(`GET /air?token=${context.secret('air')} was answered 401`))
    }
    tried.begin()
    await settled()
    const words = 'GET /air?token=*** was answered 401'
    expect(tried.status).toEqual({ connection: 'retrying', lastError: { at: start, text: words }, retryAt: start + secondMs })
    expect(tried.rooms.failures).toEqual([{ feed: 'air', reason: 'unreachable', detail: words }])
    expect(tried.rooms.lines).toEqual([
      { level: 'warn', message: '*** is sent in clear', fields: { feed: 'air' } },
      { level: 'warn', message: 'a feed lost its upstream', fields: { feed: 'air', reason: words } },
    ])
    // the same warning is no news with the next run
    await tried.pass(secondMs)
    expect(tried.runs).toHaveLength(2)
    expect(tried.rooms.lines.filter(({ message }) => message.includes('in clear'))).toHaveLength(1)
  })

  it('tells an endless trouble shortly', async () => {
    const tried = new Tried()
    tried.run = () => Promise.reject(new Error('x'.repeat(5_000)))
    tried.begin()
    await settled()
    expect(tried.status.lastError?.text).toHaveLength(200)
  })
})

describe('a feed that is not configured well', () => {
  it('is stopped with words, looked at again each minute, and runs once it is mended', async () => {
    const tried = new Tried()
    tried.run = (context) => {
      context.secret('air')
      context.alive()
      return untilAborted(context)
    }
    tried.begin()
    await settled()
    expect(tried.status).toEqual({
      connection: 'stopped',
      lastError: { at: start, text: 'the secret air is not there' },
      retryAt: start + minuteMs,
    })
    expect(tried.rooms.failures).toEqual([{ feed: 'air', reason: 'misconfigured', detail: 'the secret air is not there' }])
    expect(tried.rooms.lines).toEqual([
      { level: 'warn', message: 'a feed is not configured well', fields: { feed: 'air', reason: 'the secret air is not there' } },
    ])
    await tried.pass(3 * minuteMs)
    expect(tried.pauses).toEqual([minuteMs, minuteMs, minuteMs])
    tried.rooms.secrets = { air: 'now it is' }
    await tried.pass(minuteMs)
    expect(tried.status).toMatchObject({ connection: 'open', retryAt: undefined })
  })
})

describe('a feed whose messages cannot be recorded', () => {
  it('comes again later, and the upstream is not blamed', async () => {
    const tried = new Tried()
    tried.rooms.commit = full
    tried.run = async (context) => {
      await context.deliver(text({ no: 'A1' }))
    }
    tried.begin()
    await turnsUntil(() => tried.status.connection === 'retrying')
    expect(tried.status).toMatchObject({ connection: 'retrying', lastError: { text: 'log.sqlite is full' } })
    expect(tried.rooms.failures).toEqual([])
    expect(tried.rooms.lines).toEqual([])
    tried.rooms.commit = () => Promise.resolve()
    await tried.pass(secondMs)
    expect(tried.rooms.ids).toEqual(['A1'])
  })

  it('is told so at the delivery, for transports that go on', async () => {
    const tried = new Tried()
    tried.rooms.commit = full
    let thrown: unknown
    tried.run = async (context) => {
      await context.deliverMessages(values({ no: 'A1' }), 'row').catch((error: unknown) => (thrown = error))
      await untilAborted(context)
    }
    tried.begin()
    await settled()
    expect(thrown).toBeInstanceOf(NotTakenError)
    expect(tried.status.connection).toBe('open')
  })
})

describe('what a transport is given', () => {
  it('is its feed, its address, and what it may use', () => {
    const tried = new Tried().begin()
    const context = tried.runs[0]?.context
    expect(context).toMatchObject({ options: {}, installation: 'here', feed: { id: 'air' } })
    expect(context?.url.href).toBe('tried://10.20.0.5/air')
    expect(context?.openStream).toBeUndefined()
    expect(() => context?.secret('air')).toThrow(MisconfiguredError)
  })

  it('a sign of life is told at most once a second, and makes the link an open one', async () => {
    const tried = new Tried().begin()
    expect(tried.status).toEqual({ connection: 'connecting', lastError: undefined, retryAt: undefined })
    const alive = (): void => tried.runs[0]?.context.alive()
    for (let ms = 0; ms < 3_000; ms += 100) {
      alive()
      await tried.pass(100, 100)
    }
    expect(tried.status.connection).toBe('open')
    expect(tried.rooms.receipts).toEqual(Array.from({ length: 3 }, () => ({ feed: 'air', facts: 0, rejected: 0 })))
    tried.rooms.clock.now = () => 0
    alive()
    expect(tried.rooms.receipts).toHaveLength(4)
  })

  it('a place that is there and has nothing makes the link an open one, and is no receipt', async () => {
    const tried = new Tried().begin()
    tried.runs[0]?.context.answered()
    await settled()
    expect(tried.status.connection).toBe('open')
    expect(tried.rooms.answers).toEqual(['air'])
    expect(tried.rooms.receipts).toEqual([])
  })

  it('what comes faster than the cap is acknowledged later', async () => {
    const tried = new Tried()
    const acknowledged: number[] = []
    tried.run = async (context) => {
      for (let count = 0; count < 13; count += 1) {
        await context.deliver(text({ no: String(count) }))
        acknowledged.push(tried.rooms.clock.now() - start)
      }
      await untilAborted(context)
    }
    tried.begin({ limits: { messagesPerSecond: 1, messageBytes: 1_000 } })
    for (let turn = 0; turn < 20; turn += 1) await settled()
    expect(acknowledged).toHaveLength(10)
    await tried.pass(5 * secondMs)
    expect(acknowledged.slice(9)).toEqual([0, secondMs, 2 * secondMs, 3 * secondMs])
  })
})

describe('closing', () => {
  it('ends the transport at once, and lets what is under way be recorded', async () => {
    const tried = new Tried()
    let commit = (): void => undefined
    tried.rooms.commit = () => new Promise((resolve) => (commit = resolve))
    tried.run = async (context) => {
      await context.deliver(text({ no: 'A1' }))
    }
    tried.begin()
    await settled()
    let isClosed = false
    const closed = tried.runner.close().then(() => (isClosed = true))
    await settled()
    expect(isClosed).toBe(false)
    commit()
    await closed
    expect(tried.rooms.ids).toEqual(['A1'])
    expect(tried.rooms.failures).toEqual([])
  })

  it('does not wait for a pause to be over, nor for the cap', async () => {
    const tried = new Tried()
    tried.run = lost
    tried.begin()
    await settled()
    await tried.runner.close()
    await tried.pass(2 * minuteMs, secondMs)
    expect(tried.runs).toHaveLength(1)
    const capped = new Tried()
    capped.run = async (context) => {
      await context.deliver(text(...Array.from({ length: 50 }, (_, index) => ({ no: String(index) }))))
    }
    capped.begin({ limits: { messagesPerSecond: 1, messageBytes: 10_000 } })
    await settled()
    await capped.runner.close()
    expect(capped.rooms.ids).toHaveLength(50)
  })

  it('leaves a transport alone that does not end when told to', async () => {
    const tried = new Tried()
    tried.run = () => new Promise(() => undefined)
    tried.begin()
    const closed = tried.runner.close()
    await tried.pass(10 * secondMs, secondMs)
    await closed
    expect(tried.rooms.lines).toEqual([{ level: 'warn', message: 'a connection did not end when told to', fields: { feed: 'air' } }])
  })
})

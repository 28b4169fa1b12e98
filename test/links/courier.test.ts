import { beforeEach, describe, expect, test } from 'vitest'
import type { LinkFact } from '../../contract/link-fact.ts'
import { dayMs, hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import type { Letter } from '../../server/core/topics/link-record.ts'
import { Courier } from '../../server/links/courier.ts'
import type { Posted } from '../../server/links/courier.ts'
import { ManualClock } from '../support/manual-clock.ts'

/** Lets what is under way come to its end: everything that is waited for here is resolved already. */
async function settle(courier: Courier): Promise<void> {
  courier.wake()
  await courier.settled()
}

class Outbox {
  readonly clock = new ManualClock()
  letters: Letter[] = []
  /** ids of what was posted, with the minute */
  readonly posted: string[] = []
  readonly facts: LinkFact[] = []
  readonly lines: string[] = []
  answer: (letter: Letter) => Posted = () => ({ is: 'taken' })
  /** replaced by tests of a log that fails */
  commit: () => Promise<void> = () => Promise.resolve()
  readonly trouble = new Map<string, string>()
  courier = this.restart()

  restart(): Courier {
    this.courier = new Courier({
      link: { id: 'dispatch', district: '620802', giveUpDays: 7 },
      clock: this.clock,
      chance: () => 0.5,
      log: (level, message) => void this.lines.push(`${level}: ${message}`),
      waiting: () => this.letters,
      knownTrouble: (message) => this.trouble.get(message ?? ''),
      post: (letter) => {
        this.posted.push(letter.id)
        return Promise.resolve(this.answer(letter))
      },
      record: async (fact) => {
        await this.commit()
        this.facts.push(fact)
        if (fact.what === 'failing') this.trouble.set(fact.message ?? '', fact.reason)
        if (fact.what === 'delivered' || fact.what === 'given-up') this.letters = this.letters.filter(({ id }) => id !== fact.message)
        if (fact.what === 'delivered') this.trouble.delete('')
      },
    })
    return this.courier
  }

  add(id: string, thread: string): void {
    this.letters.push({ id, event: 'incident.opened', at: this.clock.now(), thread, body: `{"id":"${id}"}` })
  }

  /** Moves the clock on second by second, as the room does. */
  async pass(ms: number, stepMs = secondMs): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(stepMs)
      await settle(this.courier)
    }
  }
}

let outbox: Outbox
beforeEach(() => {
  outbox = new Outbox()
})
const away = (reason = 'nothing listens there', askedMs?: number): Posted => ({ is: 'away', reason, askedMs })

describe('given messages that wait', () => {
  test('then they are brought in their order, each once, and that is recorded', async () => {
    outbox.add('1', 'a')
    outbox.add('2', 'b')
    outbox.add('3', 'a')
    await settle(outbox.courier)
    await outbox.pass(minuteMs)
    expect(outbox.posted).toEqual(['1', '2', '3'])
    expect(outbox.facts.map((fact) => fact.what)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  test('when the system is away, then it is tried after 5, 10, 20 s … and the trouble is recorded once', async () => {
    outbox.add('1', 'a')
    outbox.answer = () => away()
    const tries: number[] = []
    const begin = outbox.clock.now()
    outbox.answer = () => {
      tries.push((outbox.clock.now() - begin) / secondMs)
      return away()
    }
    await settle(outbox.courier)
    await outbox.pass(3 * minuteMs)
    expect(tries).toEqual([0, 5, 15, 35, 75, 155])
    expect(outbox.facts.map((fact) => fact.what)).toEqual(['failing'])
    expect(outbox.courier.attempts).toEqual({ id: 'dispatch', attempts: 6, nextAt: begin + 315 * secondMs })
  })

  test('when it is down for three days, then it is tried an hour apart at most, and all is brought in order when it is back', async () => {
    outbox.answer = () => away()
    for (const id of ['1', '2', '3']) outbox.add(id, id === '2' ? 'b' : 'a')
    await settle(outbox.courier)
    await outbox.pass(3 * dayMs, minuteMs)
    const tries = outbox.posted.length
    expect(tries).toBeGreaterThan(72)
    expect(tries).toBeLessThan(85)
    expect(new Set(outbox.posted)).toEqual(new Set(['1']))
    outbox.answer = () => ({ is: 'taken' })
    await outbox.pass(hourMs, minuteMs)
    expect(outbox.posted.slice(tries)).toEqual(['1', '2', '3'])
    expect(outbox.letters).toEqual([])
  })

  test('when it asks for more time, then it is given that', async () => {
    outbox.add('1', 'a')
    outbox.answer = () => away('HTTP 503', 10 * minuteMs)
    await settle(outbox.courier)
    await outbox.pass(10 * minuteMs - secondMs)
    expect(outbox.posted).toHaveLength(1)
    await outbox.pass(secondMs)
    expect(outbox.posted).toHaveLength(2)
  })

  test('when somebody presses retry, then it is tried at once', async () => {
    outbox.add('1', 'a')
    outbox.answer = () => away('HTTP 503', hourMs)
    await settle(outbox.courier)
    outbox.answer = () => ({ is: 'taken' })
    outbox.courier.retryNow()
    await outbox.courier.settled()
    expect(outbox.letters).toEqual([])
  })

  test('when one message is refused, then those after it in its thread wait, and others do not', async () => {
    for (const [id, thread] of ['1a', '2a', '3b'].map((text) => [text, text.slice(1)] as const)) outbox.add(id, thread)
    outbox.answer = ({ id }) => (id === '1a' ? { is: 'refused', reason: 'HTTP 422' } : { is: 'taken' })
    await settle(outbox.courier)
    expect(outbox.posted).toEqual(['1a', '3b'])
    expect(outbox.facts).toMatchObject([
      { what: 'failing', message: '1a', reason: 'HTTP 422' },
      { what: 'delivered', message: '3b' },
    ])
    outbox.answer = () => ({ is: 'taken' })
    await outbox.pass(5 * secondMs)
    expect(outbox.posted).toEqual(['1a', '3b', '1a', '2a'])
  })

  test('when it is not taken within giveUpDays, then it is given up, and said loudly', async () => {
    outbox.add('1', 'a')
    outbox.answer = () => away()
    await settle(outbox.courier)
    await outbox.pass(7 * dayMs + 2 * hourMs, minuteMs)
    expect(outbox.facts.at(-1)).toMatchObject({ what: 'given-up', message: '1', reason: 'not taken within 7 days (giveUpDays)' })
    expect(outbox.lines).toContain('error: a message to a linked system was given up: tell them by telephone')
  })

  test('when we die between sending and recording, then the same message goes again under the same id', async () => {
    outbox.add('1', 'a')
    outbox.commit = () => Promise.reject(new Error('the disk is full'))
    await settle(outbox.courier)
    expect(outbox.letters).toHaveLength(1)
    outbox.commit = () => Promise.resolve()
    outbox.restart()
    await settle(outbox.courier)
    expect(outbox.posted).toEqual(['1', '1'])
    expect(outbox.letters).toEqual([])
  })
})

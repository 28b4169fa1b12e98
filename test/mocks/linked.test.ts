import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import { courseOf, isDown } from '../../mock-streams/linked/course.ts'
import { runLinked } from '../../mock-streams/linked/system.ts'
import { LinkHouse } from '../links/link-house.ts'
import { incident } from '../support/facts.ts'
import { link, linkSecret } from '../support/links.ts'

const ending = new AbortController()
afterEach(() => ending.abort())

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a TCP server that listens has an address with a port
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('given the stand-in of 应急调度', () => {
  test('then what it is told of it takes, believes and answers, step by step, through real HTTP', async () => {
    const port = await freePort()
    const definition = link({ id: 'emergency-dispatch' })
    const house = await LinkHouse.against(port, definition)
    const running = runLinked({
      server: house.house.origin,
      seed: 620_802,
      port,
      secrets: new Map([['emergency-dispatch', linkSecret]]),
      now: () => house.clock.now(),
      // whoever waits here need not
      wait: () => Promise.resolve(),
      signal: ending.signal,
      say: () => undefined,
    })
    house.take(incident({ type: '消防/火情', title: '杂草起火', at: house.clock.now() }))
    const answersIn = (facts: readonly Fact[]) =>
      facts.flatMap((fact) => (fact.kind === 'incident-act' && fact.act.what === 'answered' ? [fact.act.answer] : []))
    await house.until((facts) => answersIn(facts).includes('done'))
    expect(answersIn(house.facts)).toEqual(['acknowledged', 'on-the-way', 'arrived', 'feedback', 'done'])
    ending.abort()
    await running
    await house.close()
  })

  test('then it goes about the same thing in the same way, and is down three minutes of each hour', () => {
    expect(courseOf(1, 'traffic-police', 'incident/E1')).toEqual(courseOf(1, 'traffic-police', 'incident/E1'))
    const minutes = (system: string) => [...Array(60).keys()].filter((minute) => isDown(system, minute * 60_000))
    expect([minutes('emergency-dispatch'), minutes('traffic-police')]).toEqual([
      [18, 19, 20],
      [48, 49, 50],
    ])
  })
})

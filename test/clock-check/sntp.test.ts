import { describe, expect, test } from 'vitest'
import { minuteMs, secondMs } from '../../contract/time.ts'
import { readSntpReply, sntpRequest } from '../../server/clock-check/sntp-packet.ts'
import { askTime, parseTimeServer } from '../../server/clock-check/sntp.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { answerTo, timeServer } from './stand-in.ts'
import type { Said } from './stand-in.ts'

const clock = new ManualClock()
const now = clock.now()
const settings = { clock, monotonicMs: () => clock.now() }
const nonce = Buffer.from('12345678')
const read = (said: Said, given: { sentAt?: number; receivedAt?: number } = {}) =>
  readSntpReply(answerTo(sntpRequest(nonce), said), { nonce, sentAt: now, receivedAt: now, ...given })

describe('a question', () => {
  test('is 48 bytes of version 4 in client mode, with a nonce and nothing else in it', () => {
    expect(sntpRequest(nonce).toString('hex')).toBe('23' + '00'.repeat(39) + '3132333435363738')
  })
})

describe('an answer', () => {
  test('tells how far our clock is ahead, the way there and back taken out', () => {
    // ours is 90 s ahead; 40 ms there, 20 ms thought about, 60 ms back: 10 ms of it cannot be known
    const told = read({ reached: now - 90_000 + 40, now: now - 90_000 + 60 }, { receivedAt: now + 120 })
    expect(told).toEqual({ kind: 'time', driftMs: expect.closeTo(90_010, 3) as number, delayMs: expect.closeTo(100, 3) as number })
  })

  test('is understood after the era of 32 bits ends, in February 2036', () => {
    const sentAt = Date.UTC(2036, 1, 7, 6, 28, 17)
    expect(read({ now: sentAt - 2_000 }, { sentAt, receivedAt: sentAt })).toEqual({ kind: 'time', driftMs: 2_000, delayMs: 0 })
    expect(read({ now: sentAt + 2_000 }, { sentAt: sentAt - 2_000, receivedAt: sentAt - 2_000 })).toMatchObject({ driftMs: -4_000 })
  })

  test.each<[string, Partial<Said>, unknown]>([
    ['wants to be left alone', { stratum: 0, reference: 'RATE' }, { kind: 'kiss', code: 'RATE' }],
    ['hides bytes in its code', { stratum: 0, reference: 'DE\u0007\u009f' }, { kind: 'kiss', code: 'DE' }],
    ['is of stratum 16', { stratum: 16 }, { kind: 'refused', reason: 'it is not synchronised itself' }],
    ['has the alarm set', { leap: 3 }, { kind: 'refused', reason: 'it is not synchronised itself' }],
    ['lost its own reference long ago', { dispersionSeconds: 20 }, { kind: 'refused', reason: 'it may itself be 20 s off' }],
    ['broadcasts', { mode: 5 }, { kind: 'refused', reason: 'it answers in mode 5 and not as a server' }],
    ['has left before it came', { reached: now + 1 }, { kind: 'refused', reason: 'its timestamps are missing or run backwards' }],
    ['has no time', { now: -2_208_988_800_000 }, { kind: 'refused', reason: 'its timestamps are missing or run backwards' }],
  ])('that %s is no time', (_what, said, told) => {
    expect(read({ now, ...said })).toEqual(told)
  })
})

describe('asking over UDP', () => {
  test('gives what the server said', async () => {
    const server = await timeServer((request) => [answerTo(request, { now: now + 75_000 })])
    expect(await askTime(server, settings)).toEqual({ kind: 'time', driftMs: -75_000, delayMs: 0 })
    expect(server.requests).toHaveLength(1)
  })

  test('passes over what answers another question, or is too short, and waits for the one that is meant', async () => {
    const server = await timeServer((request) => [
      answerTo(request, { now: now + 999_000, originate: Buffer.alloc(8) }),
      answerTo(request, { now: now + 999_000, bytes: 47 }),
      Buffer.from('junk'),
      answerTo(request, { now: now - 1_000 }),
    ])
    expect(await askTime(server, settings)).toMatchObject({ kind: 'time', driftMs: 1_000 })
  })

  test('gives up after 5 s', async () => {
    const own = new ManualClock()
    const server = await timeServer(() => {
      own.advance(5 * secondMs)
      return []
    })
    await expect(askTime(server, { clock: own, monotonicMs: () => own.now() })).rejects.toThrow('no answer within 5 s')
  })

  test('is not misled when our clock is set while the answer is on its way', async () => {
    let wall = now
    const server = await timeServer((request) => {
      wall += 10 * minuteMs
      return [answerTo(request, { now: now + 40 })]
    })
    const set = { clock: { now: () => wall, after: () => () => undefined }, monotonicMs: () => 0 }
    expect(await askTime(server, set)).toMatchObject({ kind: 'time', driftMs: -40 })
  })

  test('fails at once where nobody listens', async () => {
    await expect(askTime({ address: '127.0.0.1', family: 4, port: 9 }, settings)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a time server of the configuration', () => {
  test.each([
    ['ntp.example.cn', { host: 'ntp.example.cn', port: 123 }],
    ['10.1.2.3:1123', { host: '10.1.2.3', port: 1_123 }],
    ['[fd00::1]', { host: '[fd00::1]', port: 123 }],
    ['[fd00::1]:1123', { host: '[fd00::1]', port: 1_123 }],
  ])('%s is one', (text, server) => {
    expect(parseTimeServer(text)).toEqual(server)
  })

  test.each(['', 'fd00::1', '*.example.cn', '10.0.0.0/8', 'ntp.example.cn:0', 'ntp.example.cn:70000', 'ntp://x', 'a b'])('%j is none', (text) => {
    expect(() => parseTimeServer(text)).toThrow(`${JSON.stringify(text)} is no time server; give a host, or host:port, such as ntp.example.cn`)
  })
})

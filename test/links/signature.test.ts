import { describe, expect, test } from 'vitest'
import { disbelief, signedHeaders } from '../../server/links/signature.ts'

/** The example of the Standard Webhooks' own libraries. */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const body = Buffer.from('{"test": 2432232314}')
const at = 1_614_265_330_000
const headers = signedHeaders(secret, { id, at, body })
const signed = { id, timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'], body }

describe('given the example of the Standard Webhooks', () => {
  test('then it is signed as there', () => {
    expect(headers).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('then it is believed within five minutes, also beside the signature of an older secret', () => {
    for (const offMs of [0, 299_000, -299_000]) expect(disbelief(secret, signed, at + offMs)).toBeUndefined()
    expect(disbelief(secret, { ...signed, signature: `v1,AAAA v1a,x ${headers['webhook-signature'] ?? ''}` }, at)).toBeUndefined()
  })

  test.each([
    ['an old one', signed, at + 301_000, /301 s old, at most 300 s/],
    ['one of the future', signed, at - 301_000, /301 s ahead/],
    ['another body', { ...signed, body: Buffer.from('{"test": 2432232315}') }, at, /is not of this body/],
    ['another id', { ...signed, id: 'msg_other' }, at, /is not of this body/],
    ['another time', { ...signed, timestamp: '1614265331' }, at, /is not of this body/],
    ['a scheme that is not ours', { ...signed, signature: signed.signature?.replace('v1,', 'v0,') }, at, /is not of this body/],
    ['no signature', { ...signed, signature: undefined }, at, /webhook-signature: missing/],
    ['no id', { ...signed, id: undefined }, at, /webhook-id: missing/],
    ['an id with a line break', { ...signed, id: 'a\nb' }, at, /webhook-id/],
    ['no time', { ...signed, timestamp: 'now' }, at, /webhook-timestamp: missing/],
  ])('then %s is not', (_name, request, now, words) => {
    expect(disbelief(secret, request, now)).toMatch(words)
  })

  test('then a secret that can be guessed is told, and signs nothing', () => {
    expect(() => signedHeaders('short', { id, at, body })).toThrow(/5 bytes, which can be guessed; share one of 24 or more/)
  })
})

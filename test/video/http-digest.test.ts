import { describe, expect, test } from 'vitest'
import { digestAuthorization, digestChallenge } from '../../server/video/http-digest.ts'

const responseOf = (authorization: string): string | undefined => /response="([0-9a-f]+)"/.exec(authorization)?.[1]

describe('HTTP Digest', () => {
  test('answers as RFC 2617 has it', () => {
    const challenge = digestChallenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )
    const request = { user: 'Mufasa', password: 'Circle Of Life', method: 'GET', uri: '/dir/index.html', count: 1, clientNonce: '0a4f113b' } as const
    const answer = digestAuthorization(challenge!, request)
    expect(responseOf(answer)).toBe('6629fae49393a05397450978507c4ef1')
    expect(answer).toBe(
      'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )
  })

  test('takes SHA-256 of two offers, as RFC 7616 has it', () => {
    const offer = (algorithm: string): string =>
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
    const challenge = digestChallenge(`${offer('MD5')}, ${offer('SHA-256')}, Basic realm="x"`)
    expect(challenge?.algorithm).toBe('SHA-256')
    const request = {
      user: 'Mufasa',
      password: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      count: 1,
      clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    } as const
    expect(responseOf(digestAuthorization(challenge!, request))).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1')
  })

  test('without quality of protection, as RFC 2069 has it', () => {
    const challenge = digestChallenge('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"')
    const request = { user: 'Mufasa', password: 'Circle Of Life', method: 'GET', uri: '/dir/index.html', count: 1, clientNonce: 'x' } as const
    // md5(md5(user:realm:password):nonce:md5(GET:uri)), computed with openssl
    expect(responseOf(digestAuthorization(challenge!, request))).toBe('670fd8c2df070c60b045671b8b24ff02')
  })

  test.each([
    ['nothing', ''],
    ['Basic alone', 'Basic realm="Digest x"'],
    ['a hash we do not know', 'Digest realm="a", nonce="b", algorithm=SHA-512-256'],
    ['a protection we do not know', 'Digest realm="a", nonce="b", qop="auth-int"'],
    ['no nonce', 'Digest realm="a"'],
  ])('%s is not answered', (_name, header) => {
    expect(digestChallenge(header)).toBeUndefined()
  })

  test('names with quotes stay inside their quotes', () => {
    const challenge = digestChallenge('Digest realm="a \\"b\\"", nonce="n"')
    expect(challenge?.realm).toBe('a "b"')
    const request = { user: 'x", nc="1', password: '', method: 'POST', uri: '/', count: 1, clientNonce: 'c' } as const
    expect(digestAuthorization(challenge!, request)).toMatch(/^Digest username="x\\", nc=\\"1", realm="a \\"b\\"", /)
  })
})

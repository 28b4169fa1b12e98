import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkOptions, checkSource } from '../../server/ingest/clear-secrets.ts'
import { redactor } from '../../server/ingest/redaction.ts'
import { createSecrets } from '../../server/ingest/secrets.ts'
import type { Secrets } from '../../server/ingest/secrets.ts'
import { createCertificates, tlsConnection, tlsSchema } from '../../server/ingest/tls-options.ts'
import { MisconfiguredError } from '../../server/ingest/transport.ts'

let directory: string
let warnings: string[]
const secretsOf = (environment: Record<string, string>): Secrets =>
  createSecrets({ environment, directory, onWarning: (text) => void warnings.push(text) })

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'yiping-secrets-'))
  warnings = []
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('secrets', () => {
  it('come from the environment before they come from a file', () => {
    writeFileSync(join(directory, 'iot-password'), 'from the file\n', { mode: 0o600 })
    expect(secretsOf({ YIPING_SECRET_IOT_PASSWORD: ' from outside ' }).secret('iot-password')).toBe('from outside')
    expect(secretsOf({ YIPING_SECRET_IOT_PASSWORD: ' ' }).secret('iot-password')).toBe('from the file')
    expect(warnings).toEqual([])
  })

  it('are read anew, and a file that others can read is said once', () => {
    const secrets = secretsOf({})
    const file = join(directory, 'token')
    writeFileSync(file, 'first')
    chmodSync(file, 0o644)
    expect(secrets.secret('token')).toBe('first')
    writeFileSync(file, 'second')
    expect(secrets.secret('token')).toBe('second')
    expect(warnings).toEqual([`the secret in ${file} can be read by others on this machine; run: chmod 600 ${file}`])
  })

  it('say both places when they are missing, and refuse names that lead elsewhere', () => {
    const both = `put it into the variable YIPING_SECRET_IOT_KEY, or into the file ${join(directory, 'iot-key')}`
    expect(() => secretsOf({}).secret('iot-key')).toThrow(new MisconfiguredError(`the secret iot-key is not there; ${both}`))
    for (const name of ['../passwd', 'A', 'a.b', '']) expect(() => secretsOf({}).secret(name)).toThrow('is no name of a secret')
  })

  it('are taken out of texts, as they are and as they stand in an address', () => {
    const secrets = secretsOf({ YIPING_SECRET_A: 'p@ss/wörd', YIPING_SECRET_B: 'p@ss/wörd-longer', YIPING_SECRET_C: 'abc' })
    for (const name of ['a', 'b', 'c']) secrets.secret(name)
    expect(secrets.redact('p@ss/wörd-longer, p%40ss%2Fw%C3%B6rd and abc')).toBe('***, *** and abc')
    expect(redactor([])('failed: mqtt://user:pw@host/x, postgres://u@h and a@b.cn')).toBe('failed: mqtt://***@host/x, postgres://***@h and a@b.cn')
  })

  const secret = 'S3cr3t!(pa ss)/w"ö\\rd'
  it.each([
    ['as they are', secret],
    ['in an address', encodeURIComponent(secret)],
    ['in an address, strictly', 'S3cr3t%21%28pa%20ss%29%2Fw%22%C3%B6%5Crd'],
    ['in lower case', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)],
    ['in HTML', secret.replace('"', '&quot;')],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 of addresses', Buffer.from(secret).toString('base64url')],
    ['behind a user', Buffer.from(`user:${secret}`).toString('base64')],
    ['behind a longer user', Buffer.from(`user1:${secret}`).toString('base64')],
    ['behind the longest user', Buffer.from(`user12:${secret} and more`).toString('base64')],
  ])('are taken out %s', (_, written) => {
    expect(redactor([secret])(`it says <${written}> twice: ${written}.`)).toBe('it says <***> twice: ***.')
  })

  it('are taken out where an answer was cut in the middle of them', () => {
    expect(redactor(['a-long-secret-token'])('"bad token a-long-sec…"; try again')).toBe('"bad token ***…"; try again')
    expect(redactor(['a-long-secret-token'])('"bad token: a lot…"')).toBe('"bad token: a lot…"')
  })

  it('are looked for in a large text before anybody notices', () => {
    const redact = redactor(Array.from({ length: 50 }, (_, index) => `secret-number-${String(index)}`))
    const started = performance.now()
    for (const unit of ['a', 'secret-', '…', 'c2Vjcm', 'a://']) redact(unit.repeat(100_000 / unit.length))
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('options that hold a secret in clear', () => {
  it.each([
    ['headers', { Authorization: 'Bearer abcdef' }, '"Authorization"', 'headerSecrets'],
    ['headers', { 'X-Api-Key': 'k' }, '"X-Api-Key"', 'headerSecrets'],
    ['headers', { Cookie: 'sid={{secret:x}}' }, '"Cookie"', 'headerSecrets'],
    ['query', { page: '1', password: 'p' }, '"password"', 'querySecrets'],
    ['query', { access_token: 'a{{now}}' }, '"access_token"', 'querySecrets'],
    ['body', '{"user":"u","login":{"passWord":"hunter2"}}', '"passWord"', '{{secret:name}}'],
    ['body', '{"page":{{page}},"appSecret":"x"}', '"appSecret"', '{{secret:name}}'],
    ['body', 'user=u&app_key=x', '"app_key"', '{{secret:name}}'],
    ['subscribe', [{ op: 'auth', auth: { sk: 12_345 } }], '"sk"', '{{secret:name}}'],
    ['subscribe', ['{"token":"abc"}'], '"token"', '{{secret:name}}'],
  ])('are refused: %s %o', (option, value, name, cure) => {
    const [problem, ...more] = checkOptions({ [option]: value })
    expect(more).toEqual([])
    expect(problem?.path).toBe(`transport.${option}`)
    expect(problem?.problem).toContain(name)
    expect(problem?.problem).toContain(cure)
  })

  it.each([
    { headers: { accept: '*/*', 'x-ca-signature-headers': 'x-ca-key', gjgxjhpt_rid: 'ours', author: 'we' } },
    { query: { token: '{{secret:t}}', sign: '{{now}}', passengers: '5', keyword: 'x', auth: '' } },
    { body: '{"token":"Bearer {{secret:t}}","page":{{page}},"authority":"x"}' },
    { body: 'token={{secret:t}}&page={{page}}' },
    { subscribe: ['SUB alarms', { op: 'subscribe', token: '{{secret:stream-token}}', signed: true }] },
    { querySecrets: { token: 'stations-token' }, headerSecrets: { Authorization: 'x' }, auth: { type: 'bearer', tokenSecret: 't' } },
  ])('are none of %o', (options) => {
    expect(checkOptions(options)).toEqual([])
  })
})

describe('checkSource', () => {
  it.each([
    'mqtt://user:secret@host',
    'postgres://u:p@h/db',
    'https://h/?access_token=1',
    'https://h/?a=1&apiKey=2',
    'wss://h/?TOKEN=x',
    'https://h/?appkey=a',
    'https://h/?app_key=a',
    'https://h/?sign=a',
    'https://h/?auth_token=1',
    'https://h/?ak=2',
    'https://h/?sk=2',
  ])('refuses %s', (source) => {
    expect(checkSource(source)?.path).toBe('source')
    expect(checkSource(source)?.problem).not.toContain('=')
  })
  it.each(['intake:', 'mqtt://user@host', 'https://h/?page=1&keyword=x', 'file:drop/*.csv', 'not an address'])('takes %s', (source) => {
    expect(checkSource(source)).toBeUndefined()
  })
  it('says what to do instead', () => {
    expect(checkSource('mqtt://user:secret@host')).toEqual({
      path: 'source',
      problem: 'the address holds a password; leave the user in it, and name a secret in transport.passwordSecret for the password',
    })
  })
})

describe('TLS options', () => {
  const context = {
    certificate: (file: string) => `PEM of ${file}`,
    secret: (name: string) => `key of ${name}`,
    warn: (text: string) => void warnings.push(text),
  }

  it('check the certificate against the host, unless they say otherwise loudly', () => {
    expect(tlsConnection(undefined, 'iot.example.cn', context)).toEqual({ servername: 'iot.example.cn', rejectUnauthorized: true })
    expect(
      tlsConnection(tlsSchema.parse({ caFile: 'ca.pem', certFile: 'me.pem', keySecret: 'me', serverName: 'broker' }), '10.0.0.1', context),
    ).toEqual({
      ca: 'PEM of ca.pem',
      cert: 'PEM of me.pem',
      key: 'key of me',
      servername: 'broker',
      rejectUnauthorized: true,
    })
    expect(warnings).toEqual([])
    expect(tlsConnection(tlsSchema.parse({ insecure: true }), '10.0.0.1', context)).toEqual({ rejectUnauthorized: false })
    expect(warnings).toEqual(['10.0.0.1: its certificate is not checked (transport.tls.insecure): give its CA in transport.tls.caFile instead'])
  })

  it('want certificate and key together', () => {
    expect(() => tlsConnection(tlsSchema.parse({ certFile: 'me.pem' }), 'h', context)).toThrow(MisconfiguredError)
  })

  it('read files of config/tls and none outside', () => {
    writeFileSync(join(directory, 'ca.pem'), 'PEM')
    const certificate = createCertificates(directory)
    expect(certificate('ca.pem')).toBe('PEM')
    expect(() => certificate('other.pem')).toThrow('cannot be read')
    for (const file of ['../x.pem', '/etc/passwd', '', '.']) expect(() => certificate(file)).toThrow('does not lie in config/tls')
  })
})

import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { acceptedIn, hotlineToken, House, indicatorsToken, problemIn } from './house.ts'

let house: House

beforeEach(async () => {
  house = await new House().open()
})

afterEach(() => house.close())

const ids = (): string[] => house.recorded.flatMap(({ facts }) => facts.map((fact) => ('id' in fact ? fact.id : fact.kind)))

describe('what is taken', () => {
  it('takes one JSON value, and answers after it is recorded', async () => {
    const answer = acceptedIn(await house.send('{"no": "A1"}'))
    expect(answer).toEqual({ accepted: 1, duplicates: 0, rejected: [], seq: 1 })
    expect(house.recorded).toEqual([{ feed: 'hotline', facts: [{ kind: 'work-order', id: 'hotline:A1', at: house.clock.now(), stage: 'received' }] }])
    expect(house.receipts).toEqual([{ feed: 'hotline', facts: 1, rejected: 0 }])
  })

  it('does not answer before the facts are durable', async () => {
    let commit = (): void => undefined
    const asked = new Promise<void>((isAsked) => {
      house.commit = () =>
        new Promise((resolve) => {
          commit = resolve
          isAsked()
        })
    })
    let isAnswered = false
    const sent = house.send('{"no": "A1"}').then((answer) => {
      isAnswered = true
      return answer
    })
    await asked
    // another whole request is served while this one waits for the disk
    expect((await house.ask('GET', '/healthz')).status).toBe(200)
    expect(isAnswered).toBe(false)
    commit()
    expect((await sent).status).toBe(202)
  })

  it('takes an array in one record', async () => {
    expect(acceptedIn(await house.send('[{"no":"A1"},{"no":"A2"}]')).accepted).toBe(2)
    expect(house.recorded).toHaveLength(1)
    expect(ids()).toEqual(['hotline:A1', 'hotline:A2'])
  })

  it.each(['application/x-ndjson', 'application/ndjson; charset=UTF-8'])(
    'takes one value per line as %s, with CRLF and blank lines',
    async (type) => {
      const answer = acceptedIn(await house.send('{"no":"A1"}\r\n\r\n{"no":"A2"}\n\n', { 'content-type': type }))
      expect(answer.accepted).toBe(2)
      expect(ids()).toEqual(['hotline:A1', 'hotline:A2'])
    },
  )

  it('takes gzip, a byte order mark, and a body in chunks', async () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"no":"A1"}')])
    const answer = await house.send(gzipSync(marked), { 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' })
    expect(acceptedIn(answer).accepted).toBe(1)
  })

  it('takes an empty array, and a message that says nothing we show, as signs of life', async () => {
    expect(acceptedIn(await house.send('[]'))).toEqual({ accepted: 0, duplicates: 0, rejected: [], seq: 41 })
    expect(acceptedIn(await house.send('{"no":"A1","fault":"none"}')).accepted).toBe(0)
    expect(house.recorded).toEqual([])
    expect(house.receipts).toEqual([
      { feed: 'hotline', facts: 0, rejected: 0 },
      { feed: 'hotline', facts: 0, rejected: 0 },
    ])
  })

  it('keeps the facts of the neighbours when some messages, or some facts of a message, are refused', async () => {
    const messages = [
      { no: 'A1' },
      { nr: 'A2' },
      { no: 'A3', fault: 'map' },
      { no: 'A4+A5', stage: 'received' },
      { no: 'A6', stage: 'lost' },
      { no: 'A7', fault: 'bug' },
      { no: 'A8' },
    ]
    const answer = acceptedIn(await house.send(JSON.stringify(messages)))
    expect(ids()).toEqual(['hotline:A1', 'hotline:A4', 'hotline:A5', 'hotline:A8'])
    expect(answer.rejected.map(({ index, stage, code }) => [index, stage, code])).toEqual([
      [1, 'decode', 'bad-shape'],
      [2, 'map', 'unknown-value'],
      [4, 'admit', 'bad-shape'],
      [5, 'map', 'bad-shape'],
    ])
    expect(answer.rejected[0]?.detail).toBe('[1], no: found nothing; Invalid input: expected string, received undefined')
    expect(answer.rejected[1]?.detail).not.toContain('13800138000')
    expect(house.receipts).toEqual([{ feed: 'hotline', facts: 4, rejected: 4 }])
    expect(house.lines).toEqual([
      { level: 'error', message: 'a dialect failed on a message', fields: { feed: 'hotline', fault: 'TypeError: undefined is not a function' } },
      {
        level: 'warn',
        message: 'messages of a feed were refused',
        fields: { feed: 'hotline', count: 4, reason: '[1], no: found nothing; Invalid input: expected string, received undefined' },
      },
    ])
  })

  it('refuses lines by their number of messages while the others go on', async () => {
    const lines = Buffer.concat([Buffer.from('{"no":"A1"}\n{"no": }\n\n'), Buffer.from([0x22, 0xb4, 0xfd, 0x22, 0x0a]), Buffer.from('{"no":"A2"}')])
    const answer = acceptedIn(await house.send(lines, { 'content-type': 'application/x-ndjson' }))
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'bad-syntax'],
      [2, 'bad-encoding'],
    ])
    expect(answer.rejected[0]?.detail).toBe('line 2, character 8: JSON cannot go on like this; send valid JSON (RFC 8259)')
    expect(answer.rejected[1]?.detail).toMatch(/^line 4, byte 2: not UTF-8, .* convert to UTF-8/)
    expect(ids()).toEqual(['hotline:A1', 'hotline:A2'])
  })
})

describe('what is kept of the refused', () => {
  it('keeps each refused message as JSON, so that it can be sent through again, personal data masked', async () => {
    await house.send('{"nr": "A1", "phone": "13800138000", "text": "请打 13912345678"}', { 'content-type': 'application/x-ndjson' })
    expect(house.kept).toHaveLength(1)
    expect(house.kept[0]).toMatchObject({ feed: 'hotline', at: house.clock.now(), stage: 'decode', code: 'bad-shape' })
    expect(house.kept[0]?.raw).toBe('{"nr":"A1","phone":"***","text":"请打 ***"}')
    expect(house.kept[0]).toMatchObject({ form: 'message', origin: '' })
  })

  it('keeps a request that was refused as a whole, legibly, even from GBK or broken gzip', async () => {
    const gbk = Buffer.concat([Buffer.from('{"no":"'), Buffer.from([0xb3, 0xc7, 0xb9, 0xdc]), Buffer.from('","tel":"13800138000"}')])
    problemIn(await house.send(gbk))
    expect(house.kept[0]).toMatchObject({ form: 'body' })
    expect(house.kept[0]?.raw).toContain('"no":"城管"')
    expect(house.kept[0]?.raw).not.toContain('13800138000')
    problemIn(await house.send(gzipSync('{"no":"A1"}'.padEnd(200_000)).subarray(0, 150), { 'content-encoding': 'gzip' }))
    expect(house.kept[1]?.code).toBe('bad-compression')
    expect(house.kept[1]?.raw).toContain('"no":"A1"')
    expect(house.receipts.map(({ rejected }) => rejected)).toEqual([1, 1])
  })

  it('keeps at most 64 KiB', async () => {
    problemIn(await house.send(`{"字": "${'某'.repeat(50_000)}`))
    const bytes = Buffer.byteLength(house.kept[0]?.raw ?? '')
    expect(bytes).toBeLessThanOrEqual(65_536)
    expect(bytes).toBeGreaterThan(65_500)
  })

  it('keeps nothing of a caller without the right token', async () => {
    await house.ask('POST', '/api/intake/hotline', { headers: { 'content-type': 'application/json' }, body: '{"x":' })
    expect(house.kept).toEqual([])
    expect(house.receipts).toEqual([])
  })

  it('still takes the good messages when the refused cannot be kept', async () => {
    house.keep = () => {
      throw new Error('disk')
    }
    const answer = acceptedIn(await house.send('[{"no":"A1"},{}]'))
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] })
    expect(house.lines.map(({ message }) => message)).toEqual(['messages of a feed were refused', 'refused messages could not be kept'])
  })
})

describe('whole requests that are refused', () => {
  it.each([
    ['text/plain', '{"no":"A1"}', 415, 'unsupported-media-type'],
    ['', '{"no":"A1"}', 415, 'unsupported-media-type'],
    ['application/json; charset=gb18030', '{"no":"A1"}', 415, 'bad-encoding'],
    ['application/json', '', 400, 'bad-syntax'],
    ['application/json', ' \n ', 400, 'bad-syntax'],
    ['application/x-ndjson', '\n\n', 400, 'bad-syntax'],
    ['application/json', '{"no":"A1"}\n{"no":"A2"}', 400, 'bad-syntax'],
    ['application/json', '{"no":"A1"', 400, 'bad-syntax'],
  ])('%s %j → %i %s', async (type, body, status, code) => {
    const answer = await house.send(body, { 'content-type': type })
    expect(problemIn(answer)).toMatchObject({ status, code })
    expect(house.kept.map((kept) => kept.code)).toEqual([code])
  })

  it('names the cure when lines are sent as one document', async () => {
    const { detail } = problemIn(await house.send('{"no":"A1"}\n{"no":"A2"}'))
    expect(detail).toBe('body, character 13: JSON cannot go on like this; one value per line is application/x-ndjson: name it in Content-Type')
  })

  it('refuses other compressions than gzip', async () => {
    const told = problemIn(await house.send('x', { 'content-encoding': 'br' }))
    expect(told).toMatchObject({ status: 415, detail: 'header Content-Encoding: found "br"; send gzip, or nothing' })
  })

  it('answers 507 with the cure while nothing can be recorded, and leaves nothing half done', async () => {
    house.commit = () => Promise.reject(new StorageFullError('log.sqlite is full'))
    expect(problemIn(await house.send('[{"no":"A1"},{}]'))).toMatchObject({ status: 507, type: 'urn:yiping:problem:storage-full' })
    // the sender will send all of it again: what was refused of it is kept then
    expect(house.kept).toEqual([])
    house.commit = () => Promise.resolve()
    expect((await house.send('[{"no":"A1"},{}]')).status).toBe(202)
  })

  it('answers 500 without a word of the fault, and logs it once under the number it tells', async () => {
    house.commit = () => Promise.reject(new Error('secret inner words'))
    const answer = await house.send('{"no":"A1"}')
    const { status, instance } = problemIn(answer)
    expect(status).toBe(500)
    expect(answer.text).not.toContain('inner words')
    expect(house.lines).toHaveLength(1)
    expect(house.lines[0]?.fields).toMatchObject({ id: instance?.replace('urn:uuid:', ''), route: 'POST /api/intake/:feed' })
  })
})

describe('who may send', () => {
  it.each([
    ['no token', '/api/intake/hotline', undefined],
    ['a wrong token', '/api/intake/hotline', 'Bearer wrong-token-of-some-length'],
    ['the token of another feed', '/api/intake/hotline', `Bearer ${indicatorsToken}`],
    ['an unknown feed', '/api/intake/nobody', `Bearer ${hotlineToken}`],
    ['a feed that cannot be', '/api/intake/__proto__', `Bearer ${hotlineToken}`],
    ['an escaped feed', '/api/intake/%ff', `Bearer ${hotlineToken}`],
  ])('401 in the same words for %s', async (_what, path, authorization) => {
    const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) }
    const answer = await house.ask('POST', path, { headers, body: '{"no":"A1"}' })
    expect(problemIn(answer)).toEqual({
      type: 'urn:yiping:problem:unauthorised',
      title: 'Not signed in',
      status: 401,
      detail: 'no feed of this name has this token; send Authorization: Bearer with the token of the feed in the path',
    })
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="yiping"')
  })

  it('takes a trailing slash and a query, and no other method', async () => {
    const headers = { authorization: `Bearer ${hotlineToken}`, 'content-type': 'application/json' }
    expect((await house.ask('POST', '/api/intake/hotline/?x=1', { headers, body: '{"no":"A1"}' })).status).toBe(202)
    const answer = await house.ask('GET', '/api/intake/hotline', { headers })
    expect(problemIn(answer).status).toBe(405)
    expect(answer.headers.allow).toBe('POST')
  })
})

import { describe, expect, it } from 'vitest'
import { messagesOf, refusalOf, valuesOf } from './decoding.ts'

const inXml = `<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>
    <service_request_id>638344</service_request_id>
    <status>closed</status>
    <extended_attributes><unit>城管局</unit></extended_attributes>
  </request>
  <request><service_request_id>638349</service_request_id></request>
</service_requests>`

describe('open311', () => {
  it('takes the list in XML', async () => {
    expect(await messagesOf('open311', inXml)).toEqual([
      { value: { service_request_id: '638344', status: 'closed', extended_attributes: { unit: '城管局' } }, place: 'line 3' },
      { value: { service_request_id: '638349' }, place: 'line 8' },
    ])
    expect(await valuesOf('open311', '\ufeff<service_requests/>')).toEqual([])
  })

  it.each([
    ['[{"service_request_id":1},{"service_request_id":2}]', 2],
    ['{"service_requests":[{"service_request_id":1}]}', 1],
    ['{"requests":[]}', 0],
    ['{"service_request_id":"7"}', 1],
  ])('takes the list in JSON: %s', async (body, count) => {
    expect(await messagesOf('open311', body)).toHaveLength(count)
  })

  it.each([
    ['{"code":404}', 'body: found "{\\"code\\":404}"; send the answer of GET requests.json or requests.xml'],
    ['<errors/>', 'body: found the element "errors"; send the answer of GET requests.json or requests.xml'],
  ])('refuses what is no list of requests: %s', async (body, detail) => {
    expect(await refusalOf('open311', body)).toEqual({ stage: 'decode', code: 'bad-shape', detail })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doubtfulPlaces, House, adminToken, problemIn } from './house.ts'

let house: House
beforeAll(async () => {
  house = await new House().open()
})
afterAll(() => house.close())

const bearer = { authorization: `Bearer ${adminToken}` }

describe('places in doubt', () => {
  it('are told of a district that is there', async () => {
    const answer = await house.ask('GET', '/api/map/suspicions?district=620802', { headers: bearer })
    expect(JSON.parse(answer.text)).toEqual(JSON.parse(JSON.stringify(doubtfulPlaces)))
  })

  it('are asked for by district, and by one that is there', async () => {
    const ask = async (query: string) => problemIn(await house.ask('GET', `/api/map/suspicions${query}`, { headers: bearer }))
    expect([(await ask('')).detail, (await ask('?district=620803')).detail]).toEqual([
      'district: missing; name one of config/districts, such as district=620802',
      expect.stringContaining('"620803" is not in config/districts'),
    ])
  })

  it('are counted among the metrics', async () => {
    const { text } = await house.ask('GET', '/metrics', { headers: bearer })
    expect(text).toContain('yiping_places_in_doubt{district="620802",what="camera",doubt="neighbour"} 2')
  })
})

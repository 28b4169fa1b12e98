import { describe, expect, test } from 'vitest'
import {
  appSchema,
  channelSchema,
  districtSchema,
  quantitySchema,
  sectorSchema,
  sensorSchema,
  unitSchema,
  videoPlatformSchema,
} from '../../contract/configuration.ts'
import { factSchema, feedFactKinds } from '../../contract/fact.ts'
import { feedSchema } from '../../contract/feed.ts'
import { indicatorSchema } from '../../contract/indicator.ts'
import { fail, ok } from '../../contract/result.ts'
import { parseTopicName, topicKinds, topicName } from '../../contract/topic.ts'
import * as facts from '../support/facts.ts'
import { feed, registryWith, sensor } from '../support/registry.ts'

describe('given names of topics', () => {
  test.each(topicKinds)('when %s is named and taken apart again, then it is the same', (kind) => {
    const district = kind === 'server' ? undefined : '620802'
    expect(parseTopicName(topicName(kind, '620802'))).toEqual({ kind, district })
  })

  test.each(['', 'nonsense@620802', 'work-orders', 'work-orders@', 'work-orders@a@b', 'server@620802', 'server@'])(
    'when "%s" is given, then it is no topic',
    (name) => {
      expect(parseTopicName(name)).toBeUndefined()
    },
  )
})

describe('given results', () => {
  test('when one is made, then it says which it is', () => {
    expect([ok(1), fail('why')]).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: 'why' },
    ])
  })
})

describe('given the facts that tests share', () => {
  const built = [
    facts.workOrder(),
    facts.reading(),
    facts.input(),
    facts.incident(),
    facts.videoSource(),
    facts.sensorReading(),
    facts.vehicle(),
    facts.warning(),
    facts.orderAnswer(),
    facts.feedFact(),
    facts.feedFact({ label: undefined }),
    facts.feedHealth(),
    facts.tick(facts.start),
  ]

  test.each(built)('when one of kind $kind is parsed, then it is valid', (fact) => {
    expect(factSchema.parse(fact)).toEqual(fact)
  })

  test('when their kinds are listed, then none is missing', () => {
    expect([...new Set(built.map(({ kind }) => kind))]).toEqual([...feedFactKinds, 'feed', 'feed-health', 'tick'])
  })
})

describe('given a fact of a work order', () => {
  test.each([{ stage: 'closed' }, { extension: { state: 'asked' } }, { rating: 'satisfied' }] as const)(
    'when it says what happened, as in %o, then it is valid',
    (happened) => {
      expect(factSchema.safeParse({ kind: 'work-order', id: 'A1', at: facts.start, ...happened }).success).toBe(true)
    },
  )

  test('when it says nothing that happened, then it is refused: a field that was not found must not make an order', () => {
    const { error } = factSchema.safeParse({ kind: 'work-order', id: 'A1', at: facts.start, title: '路灯不亮' })
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['stage'], 'says nothing that happened: give a stage, an extension or a rating'],
    ])
  })
})

describe('given the registry that tests share', () => {
  test('when its definitions are parsed as configuration, then every one is valid', () => {
    const { app, districts, feeds, channels, units, sectors, quantities, sensors, videoPlatforms, indicators } = registryWith({
      feeds: [feed({ id: 'mapped', mapping: '{}' })],
      sensors: [sensor({ id: 'S1' })],
    })
    expect(appSchema.parse(app)).toEqual(app)
    for (const district of districts.values()) expect(districtSchema.parse(district)).toEqual(district)
    for (const feed of feeds.values()) expect(feedSchema.parse(feed)).toEqual(feed)
    for (const channel of channels.values()) expect(channelSchema.parse(channel)).toEqual(channel)
    for (const sector of sectors.values()) expect(sectorSchema.parse(sector)).toEqual(sector)
    for (const quantity of quantities.values()) expect(quantitySchema.parse(quantity)).toEqual(quantity)
    for (const each of sensors.values()) expect(sensorSchema.parse(each)).toEqual(each)
    for (const unit of units.values()) expect(unitSchema.parse(unit)).toEqual(unit)
    for (const platform of videoPlatforms.values()) expect(videoPlatformSchema.parse(platform)).toEqual(platform)
    for (const indicator of indicators.values()) expect(indicatorSchema.parse(indicator)).toEqual(indicator)
  })

  test('when a district names a zone that does not exist, then it is refused', () => {
    const [district] = registryWith().districts.values()
    expect(districtSchema.safeParse({ ...district, zone: 'Mars/Olympus' }).error?.issues[0]?.message).toContain('time zone')
  })
})

import { describe, expect, test } from 'vitest'
import { districtSchema, feedSchema, channelSchema, unitSchema, videoPlatformSchema } from '../../contract/configuration.ts'
import { indicatorSchema } from '../../contract/indicator.ts'
import { fail, ok } from '../../contract/result.ts'
import { parseTopicName, topicKinds, topicName } from '../../contract/topic.ts'
import { registryWith } from '../support/registry.ts'

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

describe('given the registry that tests share', () => {
  test('when its definitions are parsed as configuration, then every one is valid', () => {
    const { districts, feeds, channels, units, videoPlatforms, indicators } = registryWith()
    for (const district of districts.values()) expect(districtSchema.parse(district)).toEqual(district)
    for (const feed of feeds.values()) expect(feedSchema.parse(feed)).toEqual(feed)
    for (const channel of channels.values()) expect(channelSchema.parse(channel)).toEqual(channel)
    for (const unit of units.values()) expect(unitSchema.parse(unit)).toEqual(unit)
    for (const platform of videoPlatforms.values()) expect(videoPlatformSchema.parse(platform)).toEqual(platform)
    for (const indicator of indicators.values()) expect(indicatorSchema.parse(indicator)).toEqual(indicator)
  })

  test('when a district names a zone that does not exist, then it is refused', () => {
    const [district] = registryWith().districts.values()
    expect(districtSchema.safeParse({ ...district, zone: 'Mars/Olympus' }).error?.issues[0]?.message).toContain('a time zone')
  })
})

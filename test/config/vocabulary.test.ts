import { describe, expect, it } from 'vitest'
import { checkFeed } from '../../server/ingest/open-feed.ts'
import { towns } from '../../mock-streams/city/towns.ts'
import { shippedChannels, shippedFeeds, shippedQuantities, shippedSectors, shippedUnits } from '../feeds/shipped-registry.ts'

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length

describe('config/units.yaml', () => {
  it('names the 28 units of the plan, the 21 towns, and the owners of the recording', () => {
    const inDistrict = shippedUnits.filter(({ district }) => district === '620802')
    expect(inDistrict.filter(({ group }) => group !== 'subdistrict')).toHaveLength(28)
    expect(inDistrict.filter(({ group }) => group === 'subdistrict')).toHaveLength(21)
    expect(shippedUnits.filter(({ district }) => district === 'la').map(({ id }) => id)).toEqual(['BOS', 'OCB', 'ITA', 'BSL', 'LADWP'])
  })

  it('uses every id, name and short name once within a district, so that an upstream name means one unit', () => {
    expect(unique(shippedUnits.map(({ id }) => id))).toBe(true)
    expect(unique(shippedUnits.flatMap(({ name, shortName }) => [...new Set([name, shortName])]))).toBe(true)
  })

  it('knows the government of each town by the name that the towns go by', () => {
    const names = shippedUnits.map(({ name }) => name)
    expect(towns.filter(({ name }) => !names.some((unit) => unit.startsWith(name))).map(({ name }) => name)).toEqual([])
  })
})

describe('config/channels.yaml', () => {
  it('holds the six channels of the plan and the one of the recording', () => {
    expect(shippedChannels.map(({ id, district }) => `${id}@${district}`)).toEqual([
      'negative-review@620802',
      'leader-board@620802',
      'gov-cn-message@620802',
      'longshangtong@620802',
      'hotline-12345@620802',
      'quality-check@620802',
      'la-311@la',
    ])
  })
})

describe('config/sectors.yaml', () => {
  it('holds the nine sectors whose data the plan wants joined', () => {
    expect(shippedSectors.map(({ name }) => name)).toEqual([
      '智慧城市',
      '公安交管',
      '社保一卡通',
      '生态环境监测',
      '水电气暖',
      '交通运输GPS监测',
      '医疗就诊',
      '应急调度',
      '智慧停车',
    ])
  })
})

describe('config/quantities.yaml', () => {
  it('judges nothing by a limit that no plausible value can pass', () => {
    const beyond = shippedQuantities.filter(({ plausible: [lowest, highest], limits: { lowLow, low, high, highHigh } }) =>
      [lowLow, low, high, highHigh].some((limit) => limit !== undefined && (limit < lowest || limit >= highest)),
    )
    expect(beyond.map(({ id }) => id)).toEqual([])
  })
})

describe('config/feeds', () => {
  it('names transports, codecs, mappings and dialects that exist', () => {
    expect(shippedFeeds.flatMap((feed) => checkFeed(feed).map((problem) => ({ feed: feed.id, ...problem })))).toEqual([])
  })

  it('marks every simulator as a demonstration, and the recording and what people enter as real', () => {
    expect(shippedFeeds.filter(({ demo }) => !demo).map(({ id }) => id)).toEqual(['la311', 'manual'])
  })

  it('takes a recording of any age, and everything else only while it can still be meant', () => {
    const ofAnyAge = shippedFeeds.filter(({ admission }) => admission.maxAgeDays === undefined)
    expect(ofAnyAge.map(({ id }) => id)).toEqual(['la311', 'native'])
  })

  it('gathers each of the nine sectors by a feed of its own at least', () => {
    const gathered = new Set(shippedFeeds.flatMap(({ sector }) => sector ?? []))
    expect([...gathered].sort()).toEqual(shippedSectors.map(({ id }) => id).sort())
    expect(gathered.size).toBe(9)
  })
})

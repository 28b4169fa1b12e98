// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { createI18n } from 'vue-i18n'
import { describe, expect, it } from 'vitest'
import { panels, topicsOf } from '../../contract/panel.ts'
import type { Configuration, QuantityDefinition } from '../../contract/configuration.ts'
import type { SensorState } from '../../contract/topic.ts'
import { configurationKey } from '../../client/src/configuration.ts'
import { en } from '../../client/src/i18n/en.ts'
import { zh } from '../../client/src/i18n/zh.ts'
import SensorRow from '../../client/src/panels/sensors/SensorRow.vue'
import { pinned, sensorLines, sparkSpan } from '../../client/src/panels/sensors/model.ts'
import type { SensorRooms } from '../../client/src/panels/sensors/model.ts'
import { feedState } from './feed-state.ts'

const now = Date.parse('2026-11-20T14:32:00+08:00')
const minute = 60_000
const quantity = (id: string, over: Partial<QuantityDefinition> = {}): QuantityDefinition => ({
  id,
  name: id,
  shortName: id,
  nameEn: id,
  unitOfMeasure: 'mg/L',
  decimals: 2,
  plausible: [0, 5_000],
  limits: {},
  staleSeconds: 600,
  ...over,
})
const sensor = (sensorId: string, over: Partial<SensorState> = {}): SensorState => ({
  id: `${sensorId}/${over.quantity ?? '氨氮'}`,
  sensor: sensorId,
  quantity: '氨氮',
  name: sensorId,
  sector: 'ecology',
  subdistrict: undefined,
  place: undefined,
  value: 0.5,
  quality: 'good',
  observedAt: now - minute,
  receivedAt: now - minute,
  corrected: undefined,
  trend: [],
  limits: {},
  standing: 'normal',
  standingSince: now,
  feed: 'f',
  ...over,
})
const rooms: SensorRooms = {
  quantities: [quantity('氨氮'), quantity('water-level'), quantity('回水温度', { decimals: 1 })],
  sectors: ['ecology', 'utilities'],
  only: undefined,
  near: undefined,
  feeds: new Map([['f', feedState('f')]]),
  now,
}
const [first] = sensorLines([sensor('泾河二号断面')], rooms)

describe('the list of sensors', () => {
  it('has what is over its limit first, the most urgent before all, then the sectors in their order, then names as people count', () => {
    const lines = sensorLines(
      [
        sensor('10 号', { sector: 'utilities' }),
        sensor('2 号', { sector: 'utilities' }),
        sensor('a'),
        sensor('nowhere', { sector: undefined }),
        sensor('over', { standing: 'over', sector: 'utilities' }),
        sensor('urgent', { standing: 'urgent', sector: undefined }),
      ],
      rooms,
    )
    expect(lines.map(({ state, tone, glyph }) => [state.name, tone, glyph])).toEqual([
      ['urgent', 'red', 'red'],
      ['over', 'yellow', 'yellow'],
      ['a', 'plain', undefined],
      ['2 号', 'plain', undefined],
      ['10 号', 'plain', undefined],
      ['nowhere', 'plain', undefined],
    ])
  })
  it('has only the sectors that a screen asks for', () => {
    const lines = sensorLines([sensor('a'), sensor('b', { sector: 'utilities' }), sensor('c', { sector: undefined })], {
      ...rooms,
      only: ['utilities'],
    })
    expect(lines.map(({ state }) => state.name)).toEqual(['b'])
  })
  it('keeps what is over its limit on every page, as long as half of the rows are left to the others', () => {
    const lines = sensorLines(
      [...['u1', 'u2', 'u3'].map((id) => sensor(id, { standing: 'over' })), ...['a', 'b', 'c', 'd'].map((id) => sensor(id))],
      rooms,
    )
    const ids = (part: typeof lines): readonly string[] => part.map(({ state }) => state.name)
    const { stay, turn } = pinned(lines, 4)
    expect([ids(stay), ids(turn)]).toEqual([
      ['u1', 'u2'],
      ['u3', 'a', 'b', 'c', 'd'],
    ])
    expect(pinned(lines, 7)).toEqual({ stay: [], turn: lines })
  })
})

it('around a place: those within 5 km, over the limit first, then the nearest', () => {
  const lines = sensorLines(
    [
      sensor('far', { place: [106.8, 35.54], standing: 'urgent' }),
      sensor('a-later', { place: [106.7, 35.54] }),
      sensor('b-near', { place: [106.66, 35.54] }),
      sensor('over', { place: [106.7, 35.54], standing: 'over' }),
      sensor('nowhere', { place: undefined }),
    ],
    { ...rooms, near: [106.65, 35.54] },
  )
  expect(lines.map(({ state }) => state.sensor)).toEqual(['over', 'b-near', 'a-later'])
})

describe('the limit of a value', () => {
  const limit = (over: Partial<SensorState>) => sensorLines([sensor('s', over)], rooms)[0]?.limit
  it('is the one passed, else the next it must not pass', () => {
    const limits = { high: 1, highHigh: 2 }
    expect([0.5, 1.32, 2.5].map((value) => limit({ value, limits })?.n)).toEqual(['1.0', '1.0', '2.0'])
    expect(limit({ value: 3, limits: { highHigh: 2.25 } })).toEqual({ key: 'limit', n: '2.25' })
  })
  it('has names of its own for a river', () => {
    const limits = { high: 1333, highHigh: 1334.5 }
    expect(limit({ quantity: 'water-level', value: 1331.42, limits })).toEqual({ key: 'alertLevel', n: '1333.0' })
    expect(limit({ quantity: 'water-level', value: 1335, limits })).toEqual({ key: 'guaranteeLevel', n: '1334.5' })
  })
  it('is a lower one where the value must not fall', () => {
    const limits = { low: 38, lowLow: 35 }
    expect(limit({ quantity: '回水温度', value: 38.2, limits })).toEqual({ key: 'least', n: '38.0' })
    expect(limit({ quantity: '回水温度', value: 34, limits })).toEqual({ key: 'least', n: '35.0' })
    expect(limit({ value: 10, limits: { low: 5, high: 20 } })).toEqual({ key: 'limit', n: '20.0' })
  })
  it('is none without limits', () => {
    expect(limit({})).toBeUndefined()
  })
})

describe('the quality of a reading', () => {
  const quality = (over: Partial<SensorState>, feeds = rooms.feeds) => sensorLines([sensor('s', over)], { ...rooms, feeds })[0]
  it('is stale when it is older than its quantity allows', () => {
    expect(quality({ observedAt: now - 11 * minute })).toMatchObject({ quality: { state: 'stale', since: now - 11 * minute }, glyph: 'stale' })
  })
  it('is the last one seen when its feed is down', () => {
    expect(quality({}, new Map([['f', feedState('f', { state: 'down', since: now - 87 * minute })]]))).toMatchObject({
      quality: { state: 'down', since: now - 87 * minute },
      glyph: 'down',
    })
  })
  it('tells what it corrects, and a quantity that is not known any more is shown all the same', () => {
    expect(quality({ corrected: { from: 0.4, at: now } })?.quality).toEqual({ state: 'corrected', from: 0.4, at: now })
    expect(quality({ quantity: 'gone', observedAt: 0 })).toMatchObject({ quality: { state: 'fresh' }, value: '0.5', definition: undefined })
  })
})

describe('a row', () => {
  const configuration = { units: [], channels: [], districts: [] } as Pick<Configuration, 'units' | 'channels' | 'districts'>
  const row = (over: Partial<SensorState>) =>
    mount(SensorRow, {
      props: {
        line: sensorLines([sensor('泾河二号断面', over)], rooms)[0] ?? first!,
        now,
        zone: 'Asia/Shanghai',
        source: 'f',
        spark: { width: 60, height: 20, am: 1 },
      },
      global: { plugins: [createI18n({ legacy: false, locale: 'zh', messages: { zh, en } })], provide: { [configurationKey]: configuration } },
    })
  it('says the limit in words, beside the curve', () => {
    const drawn = row({ value: 1.32, limits: { high: 1 }, standing: 'over' })
    expect(drawn.text()).toBe('泾河二号断面氨氮1.32mg/L限 1.0')
    expect(drawn.classes()).toContain('yellow')
    expect(drawn.find('.spark').exists()).toBe(true)
  })
  it('says since when nothing came, hatched, in the place of the curve', () => {
    const drawn = row({ observedAt: now - 23 * minute, limits: { high: 1 } })
    expect(drawn.text()).toContain('14:09 后未更新')
    expect(drawn.classes()).toContain('hatch')
    expect(drawn.find('.spark').exists()).toBe(false)
  })
  it('says what ails the instrument', () => {
    expect(row({ quality: 'maintenance', limits: { high: 1 } }).text()).toContain('维护中')
  })
  it('does not say twice what it measures', () => {
    expect(row({ name: '二号断面氨氮' }).text()).toBe('二号断面氨氮0.50mg/L')
  })
})

it('does not stretch noise: a curve spans ten steps of its quantity at least', () => {
  expect(sparkSpan({ decimals: 2 })).toBeCloseTo(0.1)
  expect(sparkSpan(undefined)).toBe(1)
})

describe('a map’s topics', () => {
  it('are those of its layers: nobody is sent vehicles that he does not show', () => {
    expect(topicsOf('map', { layers: ['incidents', 'warnings'] })).toEqual(['feeds', 'incidents', 'warnings'])
  })
  it('are all a panel names otherwise', () => {
    expect(topicsOf('sensors', {})).toEqual(panels.sensors.topics)
  })
})

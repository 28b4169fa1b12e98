import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { screenConfiguration } from '../../server/configuration/screen-configuration.ts'
import { ConfigurationFolder, shipped } from './configuration-folder.ts'

let config: ConfigurationFolder
beforeEach(() => {
  config = new ConfigurationFolder()
})
afterEach(() => {
  config.remove()
})

const changed = (from: string | RegExp, to: string): readonly string[] => {
  config.edit('alarms.yaml', (text) => text.replace(from, to))
  return config.told()
}

describe('the rules of alarms', () => {
  it('as they are shipped have no mistake, and screens are told of them with cause and action', () => {
    const loaded = loadConfiguration(shipped)
    if (!loaded.ok) throw new Error('the shipped configuration has mistakes')
    const { alarms } = screenConfiguration(loaded.value, 'test')
    expect(alarms.shelveHours).toBe(8)
    expect(alarms.rules.map(({ id }) => id)).toEqual([
      'clock',
      'feed-down',
      'river-level-urgent',
      'river-level',
      'heavy-rain',
      'manhole-level',
      'heating-return',
      'air-bad',
      'weather-warning',
      'key-camera',
      'incident-unconfirmed',
      'order-red',
      'link-down',
    ])
    // a child that speaks before its parent makes a flood of what is one alarm
    for (const rule of alarms.rules.filter(({ when }) => when.source === 'camera'))
      for (const parent of alarms.rules.filter(({ id }) => rule.parents.includes(id)))
        expect(rule.onDelaySeconds, rule.id).toBeGreaterThan(parent.onDelaySeconds)
  })

  it('that are missing are told with the cure', () => {
    config.remove('alarms.yaml')
    expect(config.told()).toEqual(['alarms.yaml: : this file is missing: take over the one that this version comes with'])
  })

  it('that change are other rules to the fold: a checkpoint of before is not used', () => {
    const before = loadConfiguration(config.directory)
    config.edit('alarms.yaml', (text) => text.replace('deadBand: 0.05', 'deadBand: 0.06'))
    const after = loadConfiguration(config.directory)
    if (!before.ok || !after.ok) throw new Error('both are right')
    expect(after.value.fingerprint).not.toBe(before.value.fingerprint)
  })

  it.each<[string, string | RegExp, string, string]>([
    ['an id that is used twice', 'id: heavy-rain', 'id: air-bad', 'alarms.yaml: rules[7].id: "air-bad" is already defined: ids are used once'],
    [
      'a quantity that is none',
      'quantity: rain-hour',
      'quantity: rain-hours',
      'alarms.yaml: rules[4].when.quantity: no quantity is called "rain-hours"; the nearest in config/quantities.yaml is "rain-hour"',
    ],
    [
      'a limit that nothing has',
      'quantity: rain-hour, limit: highHigh',
      'quantity: rain-hour, limit: lowLow',
      'alarms.yaml: rules[4].when.limit: nothing has a lowLow limit of rain-hour, so it would never be raised; give a value here, or the limit in config/quantities.yaml or config/sensors',
    ],
    [
      'a sensor that is none',
      'quantity: rain-hour, limit: highHigh',
      "quantity: rain-hour, limit: highHigh, sensors: ['0062080203']",
      'alarms.yaml: rules[4].when.sensors[0]: no sensor is called "0062080203"; the nearest in config/sensors is "0062080201"',
    ],
    [
      'parents that hide each other',
      /(id: river-level-urgent[\s\S]*?)parents: \[feed-down\]/,
      '$1parents: [river-level]',
      'alarms.yaml: rules[2].parents[0]: river-level is itself suppressed by river-level-urgent: each would hide the other',
    ],
    [
      'a parent that has nothing to do with it',
      /(id: key-camera[\s\S]*?)parents: \[feed-down\]/,
      '$1parents: [heavy-rain]',
      'alarms.yaml: rules[9].parents[0]: heavy-rain watches a sensor, and this a camera: only a feed, the clock or the same source is a parent',
    ],
    [
      'a parent of another quantity',
      /(id: heavy-rain[\s\S]*?)parents: \[feed-down\]/,
      '$1parents: [river-level]',
      'alarms.yaml: rules[4].parents[0]: river-level is of water-level, and this of rain-hour: it would never be suppressed',
    ],
    [
      'a feed above what comes from none',
      'when: { source: order }',
      'when: { source: order }\n    parents: [feed-down]',
      'alarms.yaml: rules[11].parents[0]: feed-down is of feeds, and this is of a source without one (order)',
    ],
  ])('with %s are told by place, reason and cure', (_, from, to, told) => {
    expect(changed(from, to)).toContain(told)
  })

  it('without an action are refused: an alarm that asks for nothing is none', () => {
    expect(changed(/ {4}action: 报修.*\n/, '')).toEqual([expect.stringMatching(/^alarms\.yaml: rules\[9\]\.action: /)])
  })
})

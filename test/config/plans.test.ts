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

describe('the plans of config/plans', () => {
  it('are delivered to every screen, and change no fold', () => {
    const before = loadConfiguration(shipped)
    if (!before.ok) throw new Error('the shipped configuration has mistakes')
    expect(screenConfiguration(before.value, '').plans.map(({ id }) => id)).toEqual(['drainage', 'emergency', 'fire', 'flood', 'water-supply'])
    config.edit('plans/fire.yaml', (text) => text.replace('核实火点与被困人员', '核实火点'))
    const after = loadConfiguration(config.directory)
    expect(after.ok && after.value.fingerprint).toBe(before.value.fingerprint)
  })

  it.each<[string, (text: string) => string, string]>([
    [
      'a unit that nobody knows',
      (text) => text.replace('unit: 消防大队, dueMinutes: 5', 'unit: 消防大对, dueMinutes: 5'),
      'steps[1].unit: no unit of district 620802 is called "消防大对"; the nearest in config/units.yaml (by shortName) is "消防大队"',
    ],
    [
      'an order that nobody leads',
      (text) => text.replace('text: 电话首报值班领导,', 'text: 电话首报值班领导, order: true,'),
      'steps[4].unit: missing: an order needs a unit that leads it; name one, or take `order: true` out',
    ],
    [
      'a step that stands twice',
      (text) => text.replace('text: 书面首报', 'text: 电话首报值班领导'),
      'steps[5].text: "电话首报值班领导" stands here twice: take one out, or word it otherwise',
    ],
    [
      'a level that does not exist',
      (text) => text.replace('types:', 'levels: [huge]\ntypes:'),
      'levels[0]: Invalid option: expected one of "ordinary"|"considerable"|"major"|"extraordinary"',
    ],
    [
      'a level that stands twice',
      (text) => text.replace('types:', 'levels: [major, major]\ntypes:'),
      'levels[1]: "major" stands here twice: take one out, or word it otherwise',
    ],
    [
      'a district that does not exist',
      (text) => text.replace("district: '620802'", "district: '1'"),
      'district: no district is called "1"; there are 620802, la',
    ],
    ['no step', (text) => text.replace(/steps:[^]*$/, 'steps: []\n'), 'steps: Too small: expected array to have >=1 items'],
    [
      'a key that there is not',
      (text) => text.replace('text: 书面首报', 'text: 书面首报, who: 应急局'),
      'steps[5].who: there is no such key here: check its spelling and its indentation',
    ],
  ])('are refused with %s', (_name, change, problem) => {
    config.edit('plans/fire.yaml', change)
    expect(config.told()).toEqual([`plans/fire.yaml: ${problem}`])
  })

  it('are asked for by name when their folder is missing, and may be none', () => {
    config.remove('plans')
    expect(config.told()).toEqual(['plans: : this folder is missing: add it; it may be empty'])
    config.write('plans/README.md', 'none yet')
    expect(config.told()).toEqual([])
  })
})

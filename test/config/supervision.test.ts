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

/** The shipped rule with one line changed. */
const changed = (from: string | RegExp, to: string): readonly string[] => {
  config.edit('supervision.yaml', (text) => text.replace(from, to))
  return config.told()
}

describe('the rule of 督办', () => {
  it('as it is shipped has no mistake, and screens are told of levels, ladder and files', () => {
    const loaded = loadConfiguration(shipped)
    if (!loaded.ok) throw new Error('the shipped configuration has mistakes')
    const { supervision } = screenConfiguration(loaded.value, 'test')
    expect(supervision.ladder.map(({ id }) => id)).toEqual(['supervision-office', 'deputy-head', 'head'])
    expect(Object.keys(supervision.levels)).toEqual(['normal', 'important', 'urgent'])
    expect(supervision.attachments).toMatchObject({ mostBytes: 20_000_000, perStep: 10 })
    expect(supervision).not.toHaveProperty('number')
  })

  it('that is missing is told with the cure', () => {
    config.remove('supervision.yaml')
    expect(config.told()).toEqual(['supervision.yaml: : this file is missing: take over the one that this version comes with'])
  })

  it('that changes is another rule to the fold: a checkpoint of before is not used', () => {
    const before = loadConfiguration(config.directory)
    config.edit('supervision.yaml', (text) => text.replace('silentWorkingDays: 5', 'silentWorkingDays: 4'))
    const after = loadConfiguration(config.directory)
    if (!before.ok || !after.ok) throw new Error('both are right')
    expect(after.value.fingerprint).not.toBe(before.value.fingerprint)
  })

  it.each<[string, string | RegExp, string, string]>([
    [
      'a number without its parts',
      'number: 督〔{year}〕{no}号',
      'number: 督字第号',
      'supervision.yaml: number: expected {year} and {no} in it, such as 督〔{year}〕{no}号',
    ],
    [
      'a unit that is none',
      'unit: 区政府办 }',
      'unit: 区政府 }',
      'supervision.yaml: ladder[0].unit: no unit of district 620802 is called "区政府"; the nearest in config/units.yaml (by shortName) is "区政府办"',
    ],
    [
      'a rung that is defined twice',
      /nameEn: District Head \}/,
      'nameEn: District Head }\n  - { id: head, name: 书记, nameEn: Secretary }',
      'supervision.yaml: ladder[3].id: "head" is already defined: ids are used once',
    ],
    [
      'a rung that is not there',
      '{ to: deputy-head, afterWorkingDays: 5 }',
      '{ to: deputy, afterWorkingDays: 5 }',
      'supervision.yaml: levels.normal.escalate[1].to: no rung of the ladder is called "deputy"; there are supervision-office, deputy-head, head',
    ],
    [
      'a climb downwards',
      '{ to: head, afterWorkingDays: 10 }',
      '{ to: supervision-office, afterWorkingDays: 10 }',
      'supervision.yaml: levels.normal.escalate[2].to: supervision-office does not stand above deputy-head on the ladder: climb upwards, each rung once',
    ],
    [
      'a higher rung that is told sooner',
      '{ to: head, afterWorkingDays: 10 }',
      '{ to: head, afterWorkingDays: 5 }',
      'supervision.yaml: levels.normal.escalate[2].afterWorkingDays: must be more than the 5 of deputy-head: a higher rung is told later',
    ],
    [
      'a yellow before blue, by days',
      'yellow: { workingDaysLeft: 1, share: 0.8, silentWorkingDays: 5',
      'yellow: { workingDaysLeft: 4, share: 0.8, silentWorkingDays: 5',
      'supervision.yaml: levels.normal.yellow.workingDaysLeft: is more than the 3 of blue: blue would never be seen',
    ],
    [
      'a yellow before blue, by share',
      'yellow: { workingDaysLeft: 1, share: 0.8, silentWorkingDays: 5',
      'yellow: { workingDaysLeft: 1, share: 0.4, silentWorkingDays: 5',
      'supervision.yaml: levels.normal.yellow.share: is less than the 0.5 of blue: blue would never be seen',
    ],
    [
      'files that have no room',
      'totalMegabytes: 10000',
      'totalMegabytes: 10',
      'supervision.yaml: attachments.megabytes: is more than totalMegabytes: no file of this size would ever be taken',
    ],
    [
      'a key that is none',
      'remind: { shares: [0.5], workingDaysLeft: [3, 1] }',
      'remind: { shares: [0.5], workingDaysLeft: [3, 1], by: phone }',
      'supervision.yaml: levels.normal.remind.by: there is no such key here: check its spelling and its indentation',
    ],
  ])('%s is told by its place, with the cure', (_what, from, to, told) => {
    expect(changed(from, to)).toEqual([told])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { ConfigurationFolder, shipped } from './configuration-folder.ts'

let config: ConfigurationFolder
beforeEach(() => {
  config = new ConfigurationFolder()
})
afterEach(() => {
  config.remove()
})

describe('the linked systems of config/links', () => {
  it('are 应急调度 and 智慧交管, and change no fold: the log says which there were', () => {
    const before = loadConfiguration(shipped)
    if (!before.ok) throw new Error('the shipped configuration has mistakes')
    expect([...before.value.links.values()].map(({ name }) => name)).toEqual(['应急调度', '智慧交管'])
    config.edit('links/traffic-police.yaml', (text) => text.replace('giveUpDays: 7', 'giveUpDays: 3'))
    const after = loadConfiguration(config.directory)
    expect(after.ok && after.value.fingerprint).toBe(before.value.fingerprint)
  })

  it.each<[string, string, string, string]>([
    [
      'a unit that nobody knows',
      'units: [public-security]',
      'units: [public-secrity]',
      'units[0]: no unit of district 620802 is called "public-secrity"; the nearest in config/units.yaml (by id) is "public-security"',
    ],
    [
      'a unit that works in another system',
      'units: [public-security]',
      'units: [emergency]',
      'units[0]: emergency works in emergency-dispatch too: each would answer for the other; leave it in one of the two',
    ],
    [
      'a password in the address',
      'http://127.0.0.1',
      'http://user:secret@127.0.0.1',
      'url: expected http:// or https://, a host and a path, without a user, a password or anything behind #',
    ],
    [
      'an address that is none',
      'http://',
      'file://',
      'url: expected http:// or https://, a host and a path, without a user, a password or anything behind #',
    ],
    ['a secret written out', 'secret: demo-traffic-police-link', 'secret: Geheim!', 'secret: lower-case letters, digits and -'],
  ])('with %s are refused by place, reason and cure', (_name, from, to, told) => {
    config.edit('links/traffic-police.yaml', (text) => text.replace(from, to))
    const loaded = loadConfiguration(config.directory)
    expect(loaded.ok ? [] : loaded.error.map(({ file, path, problem }) => `${file}: ${path}: ${problem}`)).toContain(
      `links/traffic-police.yaml: ${told}`,
    )
  })
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { ConfigurationError, startServer } from '../../server/server.ts'
import { settingsOf } from '../../server/settings.ts'
import { cameraListProblems, openCameraLists } from '../../server/video/camera-list.ts'
import { ConfigurationFolder } from './configuration-folder.ts'

let config: ConfigurationFolder
beforeEach(() => {
  config = new ConfigurationFolder()
})
afterEach(() => {
  config.remove()
})

const examples = new URL('../video/examples', import.meta.url).pathname
const read = (file: string): string => readFileSync(join(examples, file), 'utf8')

describe('the examples', () => {
  it('have no mistake, nor have their camera lists', async () => {
    for (const file of readdirSync(examples)) config.write(`video/${file}`, read(file))
    const loaded = loadConfiguration(config.directory)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
    const lists = openCameraLists(join(config.directory, 'video'), loaded.value)
    expect([...lists.keys()]).toEqual(['plain', 'wvp'])
    expect(await cameraListProblems(lists.values())).toEqual([])
    const rows = await Promise.all([...lists.values()].map(async (list) => (await list.read()).rows))
    expect(rows.map((each) => each.length)).toEqual([3, 3])
  })
})

describe('a mistake of a video platform', () => {
  /** The example of WVP, or of plain addresses, with this change. */
  const told = (file: 'wvp' | 'plain', from: RegExp, to: string): readonly string[] => {
    config.write(`video/${file}-cameras.csv`, read(`${file}-cameras.csv`))
    const text = read(`${file}.yaml`)
    const changed = text.replace(from, to)
    expect(changed).not.toBe(text)
    config.write(`video/${file}.yaml`, changed)
    return config.told()
  }

  it.each([
    [
      'wvp',
      /big-data-centre/,
      'big-data-center',
      'video/wvp.yaml: units.社会治理: no unit of district 620802 is called "big-data-center"; the nearest in config/units.yaml (by id) is "big-data-centre"',
    ],
    ['wvp', /^cameraList: .*/m, 'cameraList: gone.xlsx', 'video/wvp.yaml: cameraList: config/video/gone.xlsx is missing'],
    ['wvp', /^cameraList: .*/m, 'cameraList: ../units.yaml', 'video/wvp.yaml: cameraList: the name of a file in config/video, without a folder'],
    ['wvp', /^cameraList: .*/m, 'cameraList: cameras.xls', 'video/wvp.yaml: cameraList: a camera list is a .csv or an .xlsx file'],
    ['wvp', /^keyCameras: .*/m, 'keyCameras: [a, b, a]', 'video/wvp.yaml: keyCameras[2]: "a" stands here twice'],
    [
      'wvp',
      /^url: .*/m,
      'url: http://10.20.0.5:18080/api',
      'video/wvp.yaml: url: scheme, host and port only: what comes behind them the interface says itself',
    ],
    [
      'wvp',
      /^url: .*/m,
      'url: http://admin:1@10.20.0.5:18080',
      'video/wvp.yaml: url: take user and password out of the address: the environment holds them, under the names given here',
    ],
    [
      'wvp',
      /'10.20.0.6'/,
      "'http://10.20.0.6'",
      'video/wvp.yaml: mediaHosts[0]: no host: give a name, name:port or a network such as 10.20.0.0/16, without a scheme or a path',
    ],
    [
      'wvp',
      /YIPING_WVP_PASSWORD/,
      'hunter2!',
      'video/wvp.yaml: passwordEnv: no name of an environment variable: letters, digits and _; the value itself does not stand in a file',
    ],
    ['plain', /^passwordEnv: .*\n/m, '', 'video/plain.yaml: userEnv: passwordEnv is missing beside it: name both, or neither'],
    ['plain', /^cameraList: .*\n/m, '', 'video/plain.yaml: cameraList: Invalid input: expected string, received undefined'],
    ['plain', /^id: .*/m, 'id: demo-isecure', 'video/plain.yaml: id: "demo-isecure" is already defined: ids are used once'],
    [
      'plain',
      /provider: addresses/,
      'provider: onvif',
      'video/plain.yaml: devices: there is none, so there are no cameras: name some, or set discover: true',
    ],
  ] as const)('in %s: %s → %s', (file, from, to, problem) => {
    expect(told(file, from, to)).toEqual([problem])
  })

  it('in mediaHosts is no name, no port and no network that can be written', () => {
    expect(
      told('wvp', /^mediaHosts: .*/m, "mediaHosts: [zlm, 'zlm:80', '10.0.0.1', '10.0.0.1:554', '10.0.0.0/8', '[fd00::1]:80', 'fd00::/8']"),
    ).toEqual([])
  })
})

it('a mistake in a camera list refuses the start, by file, row and column, before anything is opened', async () => {
  config.write('video/plain.yaml', read('plain.yaml'))
  config.write('video/plain-cameras.csv', read('plain-cameras.csv').replace('rtsp://10.30.1.8:554/Streaming/Channels/101', 'rtsp://10.31.1.8/1'))
  const data = join(config.directory, 'data')
  const starting = startServer(settingsOf({ YIPING_CONFIG: config.directory, YIPING_DATA: data }), () => undefined)
  await expect(starting).rejects.toThrow(ConfigurationError)
  await expect(starting).rejects.toThrow('video/plain-cameras.csv: row 2, column main: its host 10.31.1.8:554 is none of the platform')
  expect(existsSync(data)).toBe(false)
})

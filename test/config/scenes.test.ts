import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationFolder } from './configuration-folder.ts'

let config: ConfigurationFolder
beforeEach(() => {
  config = new ConfigurationFolder()
})
afterEach(() => {
  config.remove()
})

const scene = (given: string): string => `scenes:\n  - { id: duty, name: 值守, nameEn: On watch, ${given} }\n`

describe('scenes', () => {
  it('may be none, but the file must say so', () => {
    config.write('scenes.yaml', 'scenes: []\n')
    expect(config.told()).toEqual([])
    config.remove('scenes.yaml')
    expect(config.told()).toEqual(['scenes.yaml: : this file is missing: add it; without scenes of your own: `scenes: []`'])
  })

  it('may be named by the schedule', () => {
    config.edit('app.yaml', (text) => text.replace("{ at: '08:00', screen: overview }", "{ at: '08:00', scene: duty }"))
    expect(config.told()).toEqual([])
  })

  it.each<[string, string, string]>([
    ['a district that is none', 'steps: [{ screen: overview, district: mars }]', 'steps[0].district: no district is called "mars"'],
    [
      'cameras that no screen has',
      'steps: [{ screen: perceive }], cameras: 山顶',
      'cameras: no saved set of cameras on these screens is called "山顶"; there are 河道, 崆峒山',
    ],
    [
      'cameras on a screen without video',
      'steps: [{ screen: overview }], cameras: 河道',
      'cameras: no saved set of cameras on these screens is called "河道"; there is none',
    ],
    ['a layer that no map has', 'steps: [{ screen: perceive }], layers: [gold]', 'layers[0]'],
    ['no step', 'steps: []', 'steps'],
    ['a step too short to be read', 'steps: [{ screen: perceive, dwellSeconds: 1 }]', 'dwellSeconds'],
  ])('with %s are told by their place', (_name, given, problem) => {
    config.write('scenes.yaml', scene(given))
    expect(config.told()).toEqual([expect.stringContaining(problem)])
  })

  it('with a screen that a district lacks are told, and a district that has none at all', () => {
    config.write('scenes.yaml', scene('steps: [{ screen: overview }, { screen: dispatch, district: la }]'))
    expect(config.told()).toEqual([])
    config.remove('screens/la-dispatch.yaml')
    expect(config.told()).toEqual([
      'scenes.yaml: scenes[0].steps[1].screen: district la has no screen dispatch in config/screens: name another, or add it there',
    ])
  })

  it('that the schedule names and nobody has configured are told', () => {
    config.edit('app.yaml', (text) => text.replace("{ at: '08:00', screen: overview }", "{ at: '08:00', scene: dutty }"))
    expect(config.told()).toEqual(['app.yaml: schedule[1].scene: no scene is called "dutty"; there are routine, duty, warning, emergency'])
  })
})

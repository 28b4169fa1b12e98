import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseFeed } from '../../server/configuration/feed-file.ts'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { describeProblems } from '../../server/configuration/problem.ts'
import { manualFeed } from '../../server/entry/entry-desk.ts'
import { entryItems } from '../../server/entry/items.ts'
import { ConfigurationFolder, checkFeed, shipped } from './configuration-folder.ts'

let config: ConfigurationFolder
let directory: string
beforeEach(() => {
  config = new ConfigurationFolder()
  directory = config.directory
})
afterEach(() => {
  config.remove()
})

const edit = (file: string, change: (text: string) => string): void => config.edit(file, change)
const problems = () => config.problems()

describe('the shipped configuration', () => {
  it('has no mistake', () => {
    expect(loadConfiguration(shipped, checkFeed)).toMatchObject({ ok: true })
  })

  it('takes figures by hand: under a feed that nobody but the desk writes to, and never as a demonstration', () => {
    const loaded = loadConfiguration(shipped, checkFeed)
    if (!loaded.ok) throw new Error('see the test above')
    expect(loaded.value.feeds.get(manualFeed)).toMatchObject({
      district: '620802',
      source: 'intake:',
      dialect: 'native',
      demo: false,
      carries: ['reading', 'input'],
    })
    // as the template has them: two scores, and what ten inputs are told apart by
    const items = entryItems(loaded.value, '620802')
    expect(items.flatMap(({ key: { indicator } }) => indicator ?? [])).toEqual(['application_usability', 'service_convenience'])
    const asked = items.flatMap(({ key: { input } }) => input ?? [])
    expect([...new Set(asked)].map((input) => [input, asked.filter((one) => one === input).length])).toEqual([
      ['residents', 21],
      ['cases_annual_base', 21],
      ['queries_sampled', 1],
      ['queries_hit', 1],
      ['accessibility_checks', 1],
      ['accessibility_passed', 1],
      ['sites', 7],
      ['sites_retrofitted', 7],
      ['kb_entries_sampled', 20],
      ['kb_entries_correct', 20],
    ])
  })

  it('tells a mistake in the file that lets figures in', () => {
    edit('feeds/manual.yaml', (text) => text.replace(/^district: .*$/m, "district: '1'"))
    expect(problems()).toEqual([{ file: 'feeds/manual.yaml', path: 'district', problem: expect.stringContaining('620802') as string }])
  })

  it('gives every district that has screens all three of them', () => {
    const loaded = loadConfiguration(shipped, checkFeed)
    if (!loaded.ok) throw new Error('see the test above')
    for (const district of loaded.value.districts.keys())
      expect(
        loaded.value.screens
          .filter((screen) => screen.district === district)
          .map((screen) => screen.id)
          .sort(),
      ).toEqual(['dispatch', 'overview', 'perceive'])
  })

  it('holds no secret and no mark of one', () => {
    const text = [...(loadConfiguration(shipped).ok ? ['feeds/hotline.yaml', 'feeds/la311.yaml', 'video/demo-isecure.yaml', 'app.yaml'] : [])]
      .map((file) => readFileSync(join(shipped, file), 'utf8'))
      .join('\n')
    expect(text).not.toBe('')
    expect(text).not.toMatch(/^\s*(token|password|secret|key):/im)
  })
})

describe('a mistake in the configuration', () => {
  it('is told with file, path and what would be right', () => {
    edit('walls/desk-24.yaml', (text) => text.replace(/^widthMm:.*$/m, 'widthMm: wide'))
    expect(problems()).toEqual([{ file: 'walls/desk-24.yaml', path: 'widthMm', problem: expect.stringContaining('number') as string }])
  })

  it('does not hide the others: all are told at once', () => {
    edit('walls/desk-24.yaml', (text) => text.replace(/^widthMm:.*$/m, 'widthMm: wide'))
    edit('feeds/hotline.yaml', (text) => `${text}\ncadenceSecond: 5\n`)
    expect(
      problems()
        .map(({ file }) => file)
        .sort(),
    ).toEqual(['feeds/hotline.yaml', 'walls/desk-24.yaml'])
  })

  it('in YAML itself is told with line and column', () => {
    edit('app.yaml', (text) => `${text}\nschedule: [\n`)
    expect(problems()[0]).toMatchObject({ file: 'app.yaml', problem: expect.stringMatching(/^line \d+, column \d+: /) as string })
  })

  it('in YAML that grows without bounds, or names what is nowhere, is told with its file', () => {
    const tenfold = (name: string, of: string): string => `${name}: &${name} [${`${of}, `.repeat(9)}${of}]\n`
    edit('app.yaml', (text) => `${text}\n${tenfold('a', 'x')}${tenfold('b', '*a')}${tenfold('c', '*b')}${tenfold('d', '*c')}`)
    edit('units.yaml', (text) => `${text}\nmore: *nowhere\n`)
    expect(problems()).toContainEqual(expect.objectContaining({ file: 'app.yaml', problem: expect.stringMatching(/alias/i) as string }))
    expect(problems()).toContainEqual(expect.objectContaining({ file: 'units.yaml', problem: expect.stringMatching(/nowhere/) as string }))
  })

  it.each([
    ['an unknown panel', (text: string) => text.replace(/panel: map\b/, 'panel: globe'), /no panel is called "globe"/],
    ['an option the panel does not know', (text: string) => text.replace(/layers: /, 'layer: '), /layers?/],
    ['a panel beyond the grid', (text: string) => text.replace(/width: \d+/, 'width: 40'), /reaches column/],
  ])('%s in a screen is told', (_name, change, told) => {
    edit('screens/perceive.yaml', change)
    expect(
      problems()
        .map(({ file, problem, path }) => `${file} ${path} ${problem}`)
        .join('\n'),
    ).toMatch(told)
  })

  it('a feed of an unknown district is told with what there is, and what the check of feeds finds is told too', () => {
    edit('feeds/hotline.yaml', (text) => text.replace(/^district:.*$/m, "district: 'nowhere'").replace(/^dialect:.*$/m, 'dialect: klingon'))
    expect(problems()).toEqual([
      {
        file: 'feeds/hotline.yaml',
        path: 'district',
        problem: expect.stringContaining('no district is called "nowhere"; there are 620802') as string,
      },
      { file: 'feeds/hotline.yaml', path: 'dialect', problem: 'nobody speaks it' },
    ])
  })

  it('the folds need no check of feeds', () => {
    edit('feeds/hotline.yaml', (text) => text.replace(/^dialect:.*$/m, 'dialect: klingon'))
    expect(loadConfiguration(directory)).toMatchObject({ ok: true })
  })

  it.each([
    ['units.yaml', /district: '620802'/, "district: '0'", 'units[0].district', 'no district is called "0"; there are 620802, la'],
    ['sectors.yaml', /district: '620802'/, "district: '0'", 'sectors[0].district', 'no district is called "0"; there are 620802, la'],
    ['app.yaml', /^defaultDistrict:.*$/m, "defaultDistrict: '0'", 'defaultDistrict', 'no district is called "0"; there are 620802, la'],
    ['video/demo-isecure.yaml', /^district:.*$/m, "district: '0'", 'district', 'no district is called "0"; there are 620802, la'],
    ['screens/overview.yaml', /^district:.*$/m, "district: '0'", 'district', 'no district is called "0"; there are 620802, la'],
    [
      'sensors/620802.yaml',
      /sector: .*$/m,
      'sector: gossip',
      'sensors[0].sector',
      'no sector of district 620802 is called "gossip"; there are smart-city,',
    ],
    [
      'sensors/620802.yaml',
      /subdistrict: .*$/m,
      "subdistrict: '1'",
      'sensors[0].subdistrict',
      'no subdistrict of district 620802 is called "1"; there are ',
    ],
    ['sensors/620802.yaml', /water-level: /, 'depth: ', 'sensors[0].limits.depth', 'no quantity is called "depth"; there are water-level, '],
    [
      'sensors/620802.yaml',
      /high: 1333,/,
      'high: 1400,',
      'sensors[0].limits.water-level.high',
      '1400 is above highHigh, 1334.5: lowLow ≤ low ≤ high ≤ highHigh',
    ],
    [
      'quantities.yaml',
      /plausible: \[0, 5000\]/,
      'plausible: [5000, 0]',
      'quantities[0].plausible',
      'nothing lies in it: write the lowest value first',
    ],
    [
      'feeds/hotline.yaml',
      /^sector:.*\n|^zone:/m,
      'sector: gossip\nzone:',
      'sector',
      'no sector of district 620802 is called "gossip"; there are smart-city,',
    ],
    ['feeds/la311.yaml', /^zone:/m, 'sector: emergency\nzone:', 'sector', 'no sector of district la is called "emergency"; there is none'],
    ['feeds/hotline.yaml', /^id: hotline/m, 'id: system', 'id', '"system" is the server\'s own name in the log: choose another'],
    ['feeds/hotline.yaml', /^id: hotline/m, 'id: demo-isecure', 'id', 'a video platform has this id already: ids are used once'],
    [
      'screens/overview.yaml',
      /indicator: \w+/,
      'indicator: nothing',
      /^layouts\[\d\]\.panels\[\d+\]\.options\.indicator$/,
      'no indicator is called "nothing"',
    ],
    ['districts/620802.yaml', /boundary: .*$/m, 'boundary: gone.geojson', 'map.boundary', 'config/map/gone.geojson is missing'],
  ])('in what %s says of others is told with file, path and what there is', (...row) => {
    const [file, found, put, path, problem] = row
    edit(file, (text) => text.replace(found, put))
    const where = typeof path === 'string' ? path : (expect.stringMatching(path) as string)
    expect(problems()).toContainEqual({ file, path: where, problem: expect.stringContaining(problem) as string })
  })

  it('admission rules are named by what they are for', () => {
    const rules =
      "ranges: { pm25: [0, 500], satisfaction_rate: [9, 1], '*': [0, 1], 'a.b': [0, 1] }\n  deadBands: { '0062080201': { change: 1, atLeastEverySeconds: 60 } }\n"
    edit('feeds/hotline.yaml', (text) => text.replace(/^admission:\n/m, `admission:\n  ${rules}`))
    expect(problems()).toEqual([
      {
        file: 'feeds/hotline.yaml',
        path: 'admission.ranges.satisfaction_rate',
        problem: expect.stringContaining('no quantity, indicator or sensor is called "satisfaction_rate"; there are water-level,') as string,
      },
      { file: 'feeds/hotline.yaml', path: 'admission.ranges["a.b"]', problem: expect.stringContaining('is called "a.b"') as string },
      { file: 'feeds/hotline.yaml', path: 'admission.ranges.satisfaction_rate', problem: 'nothing lies in it: write the lowest value first' },
    ])
  })

  it('a screen that a district has twice is told', () => {
    cpSync(join(directory, 'screens/overview.yaml'), join(directory, 'screens/overview-again.yaml'))
    expect(problems()).toEqual([{ file: 'screens/overview.yaml', path: 'id', problem: 'district 620802 has this screen twice' }])
  })

  it('a definition that stands twice is told where it stands again', () => {
    cpSync(join(directory, 'feeds/hotline.yaml'), join(directory, 'feeds/hotline-again.yaml'))
    expect(problems()).toEqual([{ file: 'feeds/hotline.yaml', path: 'id', problem: '"hotline" is already defined: ids are used once' }])
  })

  it('a default district without screens is told', () => {
    for (const screen of ['overview', 'perceive', 'dispatch']) rmSync(join(directory, `screens/${screen}.yaml`))
    expect(problems()).toEqual([{ file: 'screens', path: '', problem: 'the default district 620802 has no screen' }])
  })

  it('a map file that is missing is told', () => {
    rmSync(join(directory, 'map/kongtong.geojson'))
    expect(problems()).toEqual([{ file: 'districts/620802.yaml', path: 'map.boundary', problem: 'config/map/kongtong.geojson is missing' }])
  })

  it('a file or folder that an earlier version did not have is told with what to add', () => {
    for (const name of ['sectors.yaml', 'quantities.yaml', 'sensors', 'calendar']) rmSync(join(directory, name), { recursive: true })
    const older = ['hotline.yaml', 'indicators.yaml', 'la311.yaml', 'native.yaml']
    for (const name of readdirSync(join(directory, 'feeds'))) if (!older.includes(name)) rmSync(join(directory, 'feeds', name))
    expect(problems()).toEqual([
      { file: 'sectors.yaml', path: '', problem: 'this file is missing: add it; without sectors of your own: `sectors: []`' },
      { file: 'quantities.yaml', path: '', problem: 'this file is missing: add it; without quantities of your own: `quantities: []`' },
      { file: 'sensors', path: '', problem: 'this folder is missing: add it; it may be empty' },
    ])
    mkdirSync(join(directory, 'sensors'))
    writeFileSync(join(directory, 'sectors.yaml'), 'sectors: []\n')
    writeFileSync(join(directory, 'quantities.yaml'), 'quantities: []\n')
    edit('inputs.yaml', (text) => text.replaceAll(/by: sector/g, 'by: unit'))
    // panels and alarms that are shipped name quantities that are gone
    expect(problems().filter(({ file }) => !/^(screens\/|alarms\.yaml$)/.test(file))).toEqual([])
  })

  it('a key that has moved since an earlier version is told with where it belongs', () => {
    edit('feeds/hotline.yaml', (text) => text.replace(/^admission:\n/m, '').replace(/^ {2}(maxA)/gm, '$1'))
    expect(problems()).toEqual([
      { file: 'feeds/hotline.yaml', path: 'maxAheadSeconds', problem: 'this stands under admission.maxAheadSeconds now: move it there' },
      { file: 'feeds/hotline.yaml', path: 'maxAgeDays', problem: 'this stands under admission.maxAgeDays now: move it there' },
    ])
  })

  it('reads well on a terminal', () => {
    edit('walls/desk-24.yaml', (text) => text.replace(/^widthPx:.*$/m, 'widthPx: 3'))
    expect(describeProblems('config', problems())).toMatch(
      /^The configuration in config has 1 mistake\. Nothing was started\.\n {2}walls\/desk-24\.yaml: widthPx: /,
    )
  })
})

describe('the feeds', () => {
  it('may be left out by who needs only the rest: their files stop nobody, in whatever state they are', () => {
    const before = loadConfiguration(directory, 'ignored')
    edit('feeds/hotline.yaml', (text) => `${text}\nmapping: |\n  {\ncadenceSeconds: [\n`)
    expect(problems()).not.toEqual([])
    const loaded = loadConfiguration(directory, 'ignored')
    if (!loaded.ok || !before.ok) throw new Error('it should have been loaded')
    expect(loaded.value).toEqual(before.value)
    expect(loaded.value.feeds.size).toBe(0)
    expect(loaded.value.indicators.size).toBeGreaterThan(40)
  })
})

describe('the fingerprint', () => {
  const fingerprint = (): string => {
    const loaded = loadConfiguration(directory)
    if (!loaded.ok) throw new Error(describeProblems(directory, loaded.error))
    return loaded.value.fingerprint
  }

  it('changes with what a fold depends on, and not with the look or with feeds, which are in the log', () => {
    const before = fingerprint()
    edit('walls/desk-24.yaml', (text) => text.replace(/^farthestSeatM:.*$/m, 'farthestSeatM: 0.8'))
    expect(fingerprint()).toBe(before)
    edit('feeds/hotline.yaml', (text) => text.replace(/^cadenceSeconds:.*$/m, 'cadenceSeconds: 77'))
    expect(fingerprint()).toBe(before)
    edit('quantities.yaml', (text) => text.replace('staleSeconds: 1800', 'staleSeconds: 1801'))
    const after = fingerprint()
    expect(after).not.toBe(before)
    edit('sensors/620802.yaml', (text) => text.replace('high: 1333,', 'high: 1332,'))
    expect(fingerprint()).not.toBe(after)
  })

  it.each<[string, RegExp, string]>([
    ['inputs.yaml', /gather: sum/, 'gather: last'],
    ['themes.yaml', /no: 13/, 'no: 14'],
    ['rankings.yaml', /minimumSample: 10/, 'minimumSample: 11'],
    ['indicators/service-efficiency.yaml', /period: month/, 'period: year'],
  ])('changes with %s', (file, found, put) => {
    const before = fingerprint()
    edit(file, (text) => text.replace(found, put))
    expect(fingerprint()).not.toBe(before)
  })

  it('changes with the clock of a channel', () => {
    const names = 'id: own, name: 自办, shortName: 自办, nameEn: own, limits: 1日, limitsEn: 1 d'
    const clock = '{ classes: { simple: { name: 简单, nameEn: simple, workingDays: 1 } } }'
    edit(
      'channels.yaml',
      (text) => `${text}
  - { ${names}, district: '620802', clock: ${clock} }
`,
    )
    const before = fingerprint()
    edit('channels.yaml', (text) => text.replace(clock, clock.replace('workingDays: 1', 'workingDays: 2')))
    expect(fingerprint()).not.toBe(before)
  })

  it('changes with a day of the calendar', () => {
    config.write('calendar/own.yaml', 'source: 本地通知\nholidays: [{ day: 2026-03-03, name: 停电 }]\n')
    const before = fingerprint()
    edit('calendar/own.yaml', (text) => text.replace('2026-03-03', '2026-03-04'))
    expect(fingerprint()).not.toBe(before)
  })
})

describe('the text of a feed', () => {
  const registry = () => {
    const loaded = loadConfiguration(shipped)
    if (!loaded.ok) throw new Error(describeProblems(shipped, loaded.error))
    return loaded.value
  }
  const text = readFileSync(join(shipped, 'feeds/hotline.yaml'), 'utf8')
  const lineOf = (yaml: string, found: string): number => yaml.slice(0, yaml.indexOf(found)).split('\n').length

  it('is read as the file is', () => {
    expect(parseFeed(text, registry(), checkFeed)).toEqual({ ok: true, value: registry().feeds.get('hotline') })
  })

  it.each([
    ['shape', (yaml: string) => yaml.replace(/^cadenceSeconds:.*$/m, 'cadenceSeconds: soon'), 'cadenceSeconds', 'cadenceSeconds: soon'],
    ['a name too long for a folder', (yaml: string) => yaml.replace(/^id:.*$/m, `id: ${'x'.repeat(65)}`), 'id', 'id: x'],
    ['an unknown key', (yaml: string) => `${yaml}\ncadence: 5\n`, 'cadence', '\ncadence: 5'],
    ['a nested key', (yaml: string) => yaml.replace(/maxAgeDays: 400/, 'maxAgeDays: -1'), 'admission.maxAgeDays', 'maxAgeDays: -1'],
    ['an entry of a list', (yaml: string) => yaml.replace(/^carries:.*$/m, 'carries:\n  - incident\n  - gossip'), 'carries[1]', 'gossip'],
    ['a name', (yaml: string) => yaml.replace(/^district:.*$/m, "district: 'nowhere'"), 'district', 'district: '],
    ['what the check finds', (yaml: string) => yaml.replace(/^dialect:.*$/m, 'dialect: klingon'), 'dialect', 'dialect: klingon'],
  ])('with a mistake in %s is told with path and line', (_name, change, path, found) => {
    const yaml = change(text)
    const line = lineOf(yaml, found) + (found.startsWith('\n') ? 1 : 0)
    expect(parseFeed(yaml, registry(), checkFeed)).toEqual({ ok: false, error: [{ path, problem: expect.any(String) as string, line }] })
  })

  it('with a mistake in its mapping is told with the line inside the mapping', () => {
    const block = text.replace(/^dialect:.*$/m, 'mapping: |\n  {\n    "at": $nothing\n  }')
    const [position, problem] = [expect.any(Number) as number, 'no such function']
    expect(parseFeed(block, registry(), checkFeed)).toEqual({
      ok: false,
      error: [{ path: 'mapping', problem, position, line: lineOf(block, '$nothing') }],
    })
    const folded = text.replace(/^dialect:.*$/m, "mapping: '$nothing'")
    expect(parseFeed(folded, registry(), checkFeed)).toEqual({
      ok: false,
      error: [{ path: 'mapping', problem, position, line: lineOf(folded, '$nothing') }],
    })
  })

  it('without a key that is needed is told for the file as a whole', () => {
    expect(parseFeed(text.replace(/^contact:.*$/m, ''), registry(), checkFeed)).toEqual({
      ok: false,
      error: [{ path: 'contact', problem: expect.any(String) as string, line: undefined }],
    })
  })

  it.each([
    ['that is no YAML', 'id: [\n', 2],
    ['that names what is nowhere', 'id: *nowhere\n', undefined],
    ['that is empty', '', undefined],
    ['that is a list', '- id: hotline\n', undefined],
  ])('%s is told', (_name, yaml, line) => {
    expect(parseFeed(yaml, registry(), checkFeed)).toMatchObject({ ok: false, error: [{ path: '', line }] })
  })
})

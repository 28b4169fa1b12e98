import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { describeProblems } from '../../server/configuration/problem.ts'
import { ConfigurationFolder, shipped } from './configuration-folder.ts'

let config: ConfigurationFolder
beforeEach(() => {
  config = new ConfigurationFolder()
})
afterEach(() => {
  config.remove()
})

describe('the definition of an indicator', () => {
  const usual: Readonly<Record<string, string>> = {
    id: 'served_rate',
    no: '1',
    clause: "'1'",
    name: '服务率',
    shortName: '服务率',
    nameEn: 'Served',
    family: 'government-service',
    group: 'effect',
    leadUnits: '[政务服务中心]',
    responsible: '[subdistricts, departments, others]',
    unitOfMeasure: "'%'",
    unitOfMeasureEn: "'%'",
    better: 'higher',
    target: '{ shape: floor, value: 90, wording: 达到90%以上 }',
    pace: 'ramp',
    baseline: '60',
    formula: 'items_online / items_total * 100',
    cadenceHours: '24',
    range: '[0, 100]',
  }
  /** The only indicators there are: this one, as given, and nothing of the screens that names another. */
  function indicatorOf(given: Readonly<Record<string, string | undefined>>): void {
    const keys = Object.entries({ ...usual, ...given }).flatMap(([key, value]) => (value === undefined ? [] : [`    ${key}: ${value}`]))
    config.remove('indicators')
    config.write('indicators/own.yaml', `indicators:\n  -\n${keys.join('\n')}\n`)
    config.remove('screens/overview.yaml')
    config.write('scenes.yaml', 'scenes: []\n')
  }

  it('as it should be has no mistake', () => {
    indicatorOf({})
    expect(config.told()).toEqual([])
  })

  it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ['a formula that cannot be read', { formula: 'items_online / * 100' }, 'formula: at 16: found "*", expected '],
    [
      'a formula that names no input',
      { formula: 'items_onlin / items_total * 100' },
      'formula: no input is called "items_onlin"; the nearest in config/inputs.yaml is "items_online"',
    ],
    ['a formula that names nothing like one', { formula: 'q / items_total' }, 'formula: no input is called "q"; they stand in config/inputs.yaml'],
    [
      'two baselines',
      { formula: '(items_online - start(items_online)) / items_total * 100' },
      'baseline: two baselines: the formula takes the value at the start of the year by start(…) itself. Take one of the two out',
    ],
    [
      'a baseline that nothing starts from',
      { pace: 'constant' },
      'baseline: a pace that is constant does not start from it: take it out, or write pace: ramp',
    ],
    [
      'a baseline behind its target',
      { baseline: '95' },
      'baseline: a ramp leads from the baseline to the target, higher is better, and the baseline 95 is above the target 90: mend one of the two, or write pace: constant',
    ],
    [
      'a division by nothing',
      { formula: 'items_online / 0' },
      'formula: it divides by zero whatever the inputs are, so it never has a value: divide by an input',
    ],
    [
      'a division by what comes to nothing',
      { formula: 'max(1, items_online / -(items_total * (2 - 2)))' },
      'formula: it divides by zero whatever the inputs are, so it never has a value: divide by an input',
    ],
    ['a baseline out of range', { baseline: '-3' }, 'baseline: -3 lies outside of range, so it could never have been'],
    [
      'a full target that is not 100',
      { target: '{ shape: full, value: 98, wording: x }' },
      'target.value: full means 100: for another figure use floor',
    ],
    [
      'a zero target that is not 0',
      { target: '{ shape: zero, value: 1, wording: x }' },
      'target.value: zero means 0: for another figure use floor or count',
    ],
    [
      'a full target of what is no share',
      { target: '{ shape: full, value: 100, wording: x }', unitOfMeasure: '件' },
      'target.shape: full means 100 %, and the unit of measure is "件": use floor or count',
    ],
    [
      'a total of shares',
      { target: '{ shape: count, value: 90, wording: x }' },
      'target.shape: count is a total, and the unit of measure is %: use floor or full',
    ],
    [
      'a total that is due all the time',
      { target: '{ shape: count, value: 90, wording: x }', unitOfMeasure: '件', pace: 'constant', baseline: undefined },
      'target.shape: count does not go with pace constant: it needs cumulative, ramp, none, or another shape',
    ],
    [
      'a floor that one should stay below',
      { better: 'lower' },
      'target.shape: floor means that higher is better, and better says lower: change one of the two',
    ],
    ['a target out of range', { range: '[0, 80]' }, 'target.value: 90 lies outside of range, so it could never be reached'],
    [
      'a climb within a month',
      { period: 'month' },
      'target.value: pace ramp leads to it over a year, and the period is a month: write period: year, or pace: constant',
    ],
    ['a range without inside', { range: '[100, 0]' }, 'range: nothing lies in it: write the lowest value first'],
    [
      'a computed value that is filled in',
      { entry: 'true' },
      'entry: the value follows from its formula: mark those of its inputs that a person fills in (inputs.yaml)',
    ],
    [
      'counts of what is no percentage',
      { unitOfMeasure: '件', counted: '{ unit: 件, unitEn: cases }' },
      'counted: it tells what a percentage counts, and the unit of measure is "件": take it out',
    ],
    [
      'what is lacking in one language only',
      { counted: "{ unit: 台, unitEn: kiosks, lacking: '{n}台未用' }" },
      'counted: lacking and lackingEn stand together',
    ],
    [
      'what is lacking without how many',
      { counted: "{ unit: 台, unitEn: kiosks, lacking: 未用, lackingEn: '{n} unused' }" },
      'counted.lacking: words with {n} where the number stands',
    ],
    [
      'a lead unit that does not exist',
      { leadUnits: '[政务中心]' },
      'leadUnits[0]: no unit of district 620802 is called "政务中心"; the nearest in config/units.yaml (by shortName) is "政务服务中心"',
    ],
    [
      'a responsible unit that does not exist',
      { responsible: '[subdistricts, constructor]' },
      'responsible[1]: no unit of district 620802 is called "constructor"; they stand in config/units.yaml (by shortName)',
    ],
    [
      'a revision on a day that is none',
      { revisions: '[{ from: 2026-02-30, note: x, noteEn: x, baseline: 3 }]' },
      'revisions[0].from: there is no 2026-02-30 in the calendar',
    ],
    [
      'revisions out of order',
      { revisions: '[{ from: 2026-07-01, note: x, noteEn: x, baseline: 3 }, { from: 2026-07-01, note: x, noteEn: x, baseline: 4 }]' },
      'revisions[1].from: 2026-07-01 is not after 2026-07-01, from which the revision before it holds: write the oldest first',
    ],
    [
      'a revision of nothing',
      { revisions: '[{ from: 2026-07-01, note: x, noteEn: x }]' },
      'revisions[0]: it changes nothing: give a formula, a target or a baseline, or take it out',
    ],
    [
      'a revision whose formula names no input',
      { revisions: '[{ from: 2026-07-01, note: x, noteEn: x, formula: items_offline / items_total }]' },
      'revisions[0].formula: no input is called "items_offline"; the nearest in config/inputs.yaml is "items_online"',
    ],
    [
      'a revision whose target does not fit',
      { revisions: '[{ from: 2026-07-01, note: x, noteEn: x, target: { shape: zero, value: 0, wording: x } }]' },
      'revisions[0].target.shape: zero means that lower is better, and better says higher: change one of the two',
    ],
  ])('with %s is told with what would be right', (_what, given, problem) => {
    indicatorOf(given)
    expect(config.told()).toContainEqual(expect.stringContaining(`indicators/own.yaml: indicators[0].${problem}`))
  })

  it('with several mistakes is told all of them at once', () => {
    indicatorOf({
      formula: 'gone / lost',
      leadUnits: '[nobody]',
      range: '[100, 0]',
      revisions: '[{ from: 2026-07-01, note: x, noteEn: x, formula: ( }]',
    })
    expect(config.told().map((problem) => problem.split(': ')[1])).toEqual([
      ...['indicators[0].leadUnits[0]', 'indicators[0].range', 'indicators[0].formula', 'indicators[0].formula', 'indicators[0].target.value'],
      ...['indicators[0].baseline', 'indicators[0].revisions[0].formula'],
    ])
  })

  it('under an id that is taken is told where it stands again', () => {
    config.write('indicators/zz.yaml', readFileSync(join(shipped, 'indicators/service-efficiency.yaml'), 'utf8'))
    expect(config.told()[0]).toMatch(/^indicators\/zz\.yaml: indicators\[0\]\.id: "negative_review\w+" is already defined: ids are used once$/)
  })
})

describe('an input, a theme, a ranking', () => {
  it.each<[string, string, RegExp, string, string]>([
    [
      'an input that counts orders of no channel',
      'inputs.yaml',
      /channels: \[negative-review\]/,
      'channels: [reviews]',
      'orders.channels[0]: no channel is called "reviews"; there are negative-review, ',
    ],
    [
      'an input that counts orders by theme',
      'inputs.yaml',
      /by: unit,\n(\s+)orders:/,
      'by: theme,\n$1orders:',
      'by: orders have a unit and no theme: write by: unit, or by: district',
    ],
    [
      'a constant from nowhere',
      'inputs.yaml',
      /\n\s+source: '[^']+',/,
      '',
      'constant: nobody can tell where this number comes from: say it in `source`',
    ],
    [
      'a constant in parts',
      'inputs.yaml',
      /constant: 504848,/,
      'constant: 504848, by: sector,',
      'by: one number has no parts by sector: leave it out, or let the number be reported',
    ],
    [
      'a constant that is filled in',
      'inputs.yaml',
      /constant: 504848,/,
      'constant: 504848, entry: true,',
      'entry: nobody fills in what is constant: take one of the two out',
    ],
    [
      'an input that a unit fills in which does not exist',
      'inputs.yaml',
      /responsible: \[subdistricts\]/,
      'responsible: [subdistricts, 政务中心]',
      'responsible[1]: no unit of district 620802 is called "政务中心"; the nearest in config/units.yaml (by shortName) is "政务服务中心"',
    ],
    [
      'an input that units answer for, and nobody fills in',
      'inputs.yaml',
      /entry: true,\n(\s+)responsible: \[subdistricts\]/,
      'responsible: [subdistricts]',
      'responsible: it says which units fill the value in: write entry: true and by: unit, or take it out',
    ],
    [
      'a theme led by nobody',
      'themes.yaml',
      /no: 1,/,
      'no: 1, leadUnit: 市监,',
      'leadUnit: no unit of district 620802 is called "市监"; the nearest in',
    ],
    ['a theme numbered like another', 'themes.yaml', /no: 2,/, 'no: 1,', "no: 1 is another theme's number already: numbers are used once"],
    ['a theme of no district', 'themes.yaml', /district: '620802'/, "district: '0'", 'district: no district is called "0"; there are 620802, la'],
    [
      'a report of no district',
      'app.yaml',
      /reports:\n {2}- district: '620802'/,
      "reports:\n  - district: '0'",
      'reports[0].district: no district is called "0"; there are 620802, la',
    ],
    [
      'two reports of one district',
      'app.yaml',
      /reports:\n/,
      "reports:\n  - { district: '620802', name: 月报, compilers: [区大数据中心], reportedTo: 区委, sentTo: 各部门 }\n",
      'reports[1].district: 620802 has a report already: one for each district',
    ],
    ['a report on a day that is none', 'app.yaml', /dueDay: 20/, 'dueDay: 32', 'reports[0].dueDay: a day of the month, 1 to 31'],
    [
      'a ranking by no channel',
      'rankings.yaml',
      /minimumSample: 10\n/,
      'minimumSample: 10\n    channels: [la-311]\n',
      'channels[0]: no channel of district 620802 is called "la-311"; there are ',
    ],
    [
      'a ranking of nobody',
      'rankings.yaml',
      /district: '620802'/,
      'district: la',
      'group: no unit of district la is of the group subdistrict in units.yaml: nobody would be ranked',
    ],
    [
      'an exemption of somebody else',
      'rankings.yaml',
      /minimumSample: 10\n/,
      'minimumSample: 10\n    exemptions: [{ unit: 住建局, from: 2026-01-01, reason: x }]\n',
      'exemptions[0].unit: no unit of the group subdistrict is called "住建局"',
    ],
    [
      'an exemption that ends before it begins',
      'rankings.yaml',
      /minimumSample: 10\n/,
      'minimumSample: 10\n    exemptions: [{ unit: 崆峒镇, from: 2026-03-01, until: 2026-02-30, reason: x }]\n',
      'exemptions[0].until: 2026-02-30 is before 2026-03-01, from which it holds',
    ],
  ])('%s is told', (...row) => {
    const [, file, found, put, problem] = row
    config.edit(file, (text) => text.replace(found, put))
    expect(config.told()).toContainEqual(expect.stringContaining(problem))
  })
})

describe('what a screen names', () => {
  const screen = (panel: string): string =>
    `id: overview\ndistrict: '620802'\nlayouts: [{ shape: '16:9', densities: [wall], columns: 24, panels: [${panel}] }]\n`
  const panel = (name: string, options: string): string => `{ panel: ${name}, column: 0, row: 0, width: 6, height: 6, options: ${options} }`

  it.each([
    ['ranking', '{ ranking: subdistricts-on-time }', undefined],
    [
      'ranking',
      '{ ranking: towns }',
      'ranking: no ranking of district 620802 is called "towns"; there are subdistricts-on-time, departments-on-time, ',
    ],
    [
      'gathering',
      '{ input: records_gathered, indicator: resource_data_growth }',
      'indicator: no indicator is called "resource_data_growth"; the nearest in config/indicators is ',
    ],
    ['themes', '{ input: theme_cases }', undefined],
    ['themes', '{ input: theme_case }', 'input: no input is called "theme_case"; the nearest in config/inputs.yaml is "theme_cases"'],
    ['themes', '{ input: themes_with_cases }', 'input: themes_with_cases is not told to walls: write published: true in config/inputs.yaml'],
    [
      'themes',
      '{ input: records_gathered }',
      'input: records_gathered is told apart by sector, and this panel draws it by theme: name another input',
    ],
    ['gathering', '{ input: records_gathered, indicator: resource_data_growth_rate }', undefined],
    ['gathering', '{ input: records_gathered, indicator: nothing }', 'indicator: no indicator is called "nothing"; '],
  ])('as a %s panel with %s', (name, options, problem) => {
    config.write('screens/overview.yaml', screen(panel(name, options)))
    const where = 'screens/overview.yaml: layouts[0].panels[0].options.'
    expect(config.told()).toEqual(problem === undefined ? [] : [expect.stringContaining(`${where}${problem}`)])
  })
})

describe('the calendar', () => {
  const year = (given: string, number = '2026'): string => `year: ${number}\nsource: 国务院办公厅通知\n${given}`
  beforeEach(() => {
    config.remove('calendar')
  })

  it('is made of the files of its folder: a local one changes what a year settles', () => {
    config.write('calendar/2026.yaml', year('holidays: [{ day: 2026-02-17, name: 春节 }]\nworkdays: [{ day: 2026-02-14, name: 春节 }]\n'))
    config.write('calendar/local.yaml', 'source: 本地通知\nworkdays: [{ day: 2026-02-17, name: 值班 }]\n')
    const loaded = loadConfiguration(config.directory)
    if (!loaded.ok) throw new Error(describeProblems(config.directory, loaded.error))
    const { calendar } = loaded.value
    const worked = ['2026-02-13', '2026-02-14', '2026-02-15', '2026-02-17'].map((day) => calendar.isWorkingDay(Date.parse(day) / 86_400_000))
    expect({ years: calendar.years, worked }).toEqual({ years: [2026, 2026], worked: [true, true, false, true] })
  })

  it.each([
    [
      'a day named twice',
      'holidays: [{ day: 2026-02-17, name: 春节 }, { day: 2026-02-17, name: 春节 }]',
      'holidays[1].day: 2026-02-17 is one of the holidays already: name it once',
    ],
    [
      'a day both free and worked',
      'holidays: [{ day: 2026-02-14, name: 春节 }]\nworkdays: [{ day: 2026-02-14, name: 春节 }]',
      'workdays[0].day: 2026-02-14 is one of the holidays already: name it once',
    ],
    [
      'a workday that is worked anyway',
      'workdays: [{ day: 2026-02-16, name: 春节 }]',
      'workdays[0].day: 2026-02-16 is no Saturday or Sunday, so it is worked anyway: take it out, or correct the day',
    ],
    ['a day that is none', 'holidays: [{ day: 2026-02-29, name: 春节 }]', 'holidays[0].day: there is no 2026-02-29 in the calendar'],
    [
      'a day of another year',
      'holidays: [{ day: 2027-01-01, name: 元旦 }]',
      'holidays[0].day: 2027-01-01 does not belong to 2026: put it into the file of its own year',
    ],
  ])('with %s is told', (_what, given, problem) => {
    config.write('calendar/2026.yaml', year(`${given}\n`))
    expect(config.told()).toEqual([`calendar/2026.yaml: ${problem}`])
  })

  it('may begin a year with the last days of the one before, as the notices do', () => {
    config.write('calendar/2023.yaml', year('holidays: [{ day: 2022-12-31, name: 元旦 }]\n', '2023'))
    expect(config.told()).toEqual([])
  })

  it('with a year settled twice is told, beside the mistakes of other files', () => {
    config.write('calendar/2026.yaml', year(''))
    config.write('calendar/again.yaml', year(''))
    config.edit('themes.yaml', (text) => text.replace('no: 2,', 'no: 1,'))
    expect(config.told()).toEqual([
      'calendar/again.yaml: year: another file settles 2026 already: put both together',
      "themes.yaml: themes[1].no: 1 is another theme's number already: numbers are used once",
    ])
  })
})

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { describeProblems } from '../../server/configuration/problem.ts'
import type { CheckMeaning } from '../../server/configuration/check.ts'
import { checkMeaning } from '../../server/ingest/intake.ts'
import { dialects } from '../../server/ingest/feeds/index.ts'

const shipped = new URL('../../config', import.meta.url).pathname
const meaning: CheckMeaning = (feed) => checkMeaning(feed, dialects)

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'yiping-config-'))
  cpSync(shipped, directory, { recursive: true })
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

function edit(file: string, change: (text: string) => string): void {
  const path = join(directory, file)
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  expect(after, `the edit of ${file} must change something`).not.toBe(before)
  writeFileSync(path, after)
}

function problems(): readonly { file: string; path: string; problem: string }[] {
  const loaded = loadConfiguration(directory, meaning)
  return loaded.ok ? [] : loaded.error
}

describe('the shipped configuration', () => {
  it('has no mistake', () => {
    expect(loadConfiguration(shipped, meaning)).toMatchObject({ ok: true })
  })

  it('gives every district that has screens all three of them', () => {
    const loaded = loadConfiguration(shipped, meaning)
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
  it('in a mapping is told with its line and column, and a feed with two meanings or none with the way out', () => {
    edit('feeds/native.yaml', (text) => text.replace(/^dialect: native$/m, 'mapping: |\n  {\n    "kind": "work-order",,\n  }'))
    expect(problems()).toEqual([{ file: 'feeds', path: 'native.mapping', problem: expect.stringMatching(/\(line 2, column \d+\)$/) as string }])
    edit('feeds/native.yaml', (text) => `${text}\ndialect: native\n`)
    const either = 'give either mapping (a JSONata expression) or dialect (the name of one), and not both'
    expect(problems()).toEqual([{ file: 'feeds/native.yaml', path: 'mapping', problem: either }])
  })

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

  it('a feed of an unknown district or dialect is told with what there is', () => {
    edit('feeds/hotline.yaml', (text) => text.replace(/^district:.*$/m, "district: 'nowhere'").replace(/^dialect:.*$/m, 'dialect: klingon'))
    expect(problems().map(({ problem }) => problem)).toEqual([
      expect.stringContaining('no district is called "nowhere"; there are 620802'),
      expect.stringContaining('no dialect is called "klingon"; there are '),
    ])
  })

  it('a map file that is missing is told', () => {
    rmSync(join(directory, 'map/kongtong.geojson'))
    expect(problems()).toEqual([expect.objectContaining({ file: 'districts', problem: 'config/map/kongtong.geojson is missing' })])
  })

  it('reads well on a terminal', () => {
    edit('walls/desk-24.yaml', (text) => text.replace(/^widthPx:.*$/m, 'widthPx: 3'))
    expect(describeProblems('config', problems())).toMatch(
      /^The configuration in config has 1 mistake\. Nothing was started\.\n {2}walls\/desk-24\.yaml: widthPx: /,
    )
  })
})

describe('the fingerprint', () => {
  const fingerprint = (): string => {
    const loaded = loadConfiguration(directory)
    if (!loaded.ok) throw new Error(describeProblems(directory, loaded.error))
    return loaded.value.fingerprint
  }

  it('changes with what a fold depends on, and not with the look', () => {
    const before = fingerprint()
    edit('walls/desk-24.yaml', (text) => text.replace(/^farthestSeatM:.*$/m, 'farthestSeatM: 0.8'))
    expect(fingerprint()).toBe(before)
    edit('feeds/hotline.yaml', (text) => text.replace(/^cadenceSeconds:.*$/m, 'cadenceSeconds: 77'))
    expect(fingerprint()).not.toBe(before)
  })
})

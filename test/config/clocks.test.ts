import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelClock } from '../../contract/configuration.ts'
import { readCalendar } from '../../server/configuration/calendar-files.ts'
import { checkClocks } from '../../server/configuration/check-clocks.ts'
import { ConfigurationReader } from '../../server/configuration/read.ts'
import { channel, registryWith } from '../support/registry.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'yiping-calendar-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

function calendarOf(files: Readonly<Record<string, string>>) {
  mkdirSync(join(directory, 'calendar'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'calendar', name), text)
  const reader = new ConfigurationReader(directory)
  return { calendar: readCalendar(reader), problems: reader.problems.map(({ file, path, problem }) => `${file} ${path}: ${problem}`) }
}

describe('the files of config/calendar', () => {
  it('are read, with nothing in the place of what they leave out', () => {
    expect(calendarOf({ '2026.yaml': "year: 2026\nsource: 通知\nholidays: [{ day: '2026-01-01', name: 元旦 }]\n" })).toEqual({
      calendar: [{ year: 2026, source: '通知', holidays: [{ day: '2026-01-01', name: '元旦' }], workdays: [] }],
      problems: [],
    })
  })

  it('may be missing', () => {
    const reader = new ConfigurationReader(directory)
    expect([readCalendar(reader), reader.problems]).toEqual([[], []])
  })
})

describe("a channel's clock", () => {
  function problemsOf(clock: ChannelClock): readonly string[] {
    const given = channel({ id: 'some', clock })
    const reader = new ConfigurationReader(directory)
    for (const each of registryWith({ channels: [given] }).channels.values()) reader.place(each, 'channels.yaml', ['channels', 0])
    checkClocks(reader, registryWith({ channels: [given] }))
    return reader.problems.map(({ path, problem }) => `${path}: ${problem}`)
  }
  const classes = { normal: { name: '一般', nameEn: 'Normal', workingDays: 7 } }

  it('is fine when it agrees with itself', () => {
    expect(
      problemsOf({
        starts: 'received',
        classes,
        usual: 'normal',
        nodes: [
          { stage: 'accepted', share: 0.5 },
          { stage: 'handled', share: 1 },
        ],
      }),
    ).toEqual([])
  })

  it('is refused when its usual class is none of its classes, or its nodes do not follow one another', () => {
    expect(problemsOf({ starts: 'received', classes, usual: 'complex', nodes: [] })).toEqual([
      'channels[0].clock.usual: no class of this channel is called "complex"; there are normal',
    ])
    const nodes = [
      { stage: 'accepted', share: 0.5 },
      { stage: 'accepted', share: 0.5 },
    ] as const
    expect(problemsOf({ starts: 'received', classes, nodes: [...nodes] })).toEqual([
      'channels[0].clock.nodes[1].share: must be greater than the 0.5 of the node before it',
      'channels[0].clock.nodes[1].stage: accepted is there already: each node once',
    ])
  })
})

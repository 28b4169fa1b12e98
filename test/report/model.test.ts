import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reportDocumentSchema } from '../../contract/report.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import type { Entity } from '../../contract/topic.ts'
import { namesWithDigits } from '../../server/report/matching.ts'
import { pictureOf } from '../../server/report/picture.ts'
import { withTexts } from '../../server/report/model.ts'
import { cutOffAt, draft, names, pictureAt, supervision, textOf } from './fixture.ts'

const golden = new URL('./golden/2026-11.txt', import.meta.url)

describe('a drafted report', () => {
  it('says what the golden one says, sections 一 to 七 with their tables', () => {
    expect(textOf(draft())).toBe(readFileSync(golden, 'utf8'))
  })

  it('is the same for the same picture, to the last figure', () => {
    expect(JSON.stringify(draft())).toBe(JSON.stringify(draft()))
  })

  it('is a document that may stand in the log', () => {
    const document = draft()
    expect(reportDocumentSchema.parse(document)).toEqual(document)
  })

  it('ties every number of an indicator to its datum: id, version, instant and who told it', () => {
    const { figures, sections } = draft()
    expect(figures.find(({ id }) => id === 'indicators/satisfaction/value')).toEqual({
      id: 'indicators/satisfaction/value',
      label: '12345热线工单办理满意度 完成值',
      value: 93.1,
      shown: '93.1',
      unit: '%',
      source: '指标平台',
      isDemo: false,
      asOf: Date.parse('2026-11-16T08:00:00+08:00'),
      version: 1,
    })
    expect(figures.find(({ id }) => id === 'indicators/data_growth/value')).toMatchObject({ value: 4.41, shown: '4.41', unit: '亿条' })
    const known = new Set(figures.map(({ id }) => id))
    const named = sections.flatMap(({ paragraphs }) => paragraphs.flat()).flatMap(({ figure }) => figure ?? [])
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter((id) => !known.has(id))).toEqual([])
  })

  it('leaves no number of its text without a datum, but dates, names and days of the rules', () => {
    const document = draft()
    const bare = document.sections.flatMap(({ paragraphs }) => paragraphs.flat().filter(({ figure }) => figure === undefined))
    const words = bare.map(({ text }) => text.replaceAll('12345热线', '').replace(/\d{4}年\d+月(\d+日)?|\d\d:\d\d|\d+月调度会/g, ''))
    expect(words.filter((text) => /\d/.test(text))).toEqual([])
  })

  it('tells of no month before where the log does not reach so far, and of nothing as if it were nought', () => {
    const text = textOf(draft({ before: undefined }))
    expect(text).toContain('上月末无记录，本期不作环比')
    expect(text).toContain('1 | 按时办结率 | % | 100 | 98.4 | 100 | -1.6 | — | 区直有关部门')
    const empty = textOf(
      draft({
        before: undefined,
        picture: {
          ...pictureAt(cutOffAt),
          indicators: [],
          inputs: [],
          channels: [],
          units: [],
          workOrders: [],
          feeds: [],
          rankings: [],
          meeting: undefined,
        },
      }),
    )
    for (const words of [
      '已取得数据[0]个、无数据[4]个',
      '未接入：没有数据源报送工单',
      '未接入任何数据源',
      '调度会议：无记录',
      '该月排名无数据',
      '落后与否无从判断',
    ])
      expect(empty).toContain(words)
    expect(empty).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('tells of 督办 that were joined: how many, which late, and their list', () => {
    const supervisions = [
      supervision(),
      supervision({ id: 'S2', state: 'closed' }),
      supervision({ id: 'S3', dueAt: cutOffAt + 1 }),
      supervision({ id: 'S4', state: 'submitted' }),
    ]
    const text = textOf(draft({ picture: { ...pictureAt(cutOffAt), supervisions } }))
    expect(text).toContain('登记督办事项[4]项：办结[1]项，待审核[1]项，推进中[1]项，超期[1]项')
    expect(text).toContain('超期事项：东关街道井盖整治（住建局）。')
    expect(text).toContain('1 | 东关街道井盖整治 | 住建局 | 2026年11月3日 | 2026年11月10日 | 超期')
  })

  it('reads them of the topic: what waits for review is neither open nor closed, what was cancelled is nothing to report', () => {
    const order = (id: string, stage: SupervisionOrder['stage']): Entity =>
      ({ id, title: id, leadUnit: 'housing', stage, issuedAt: 1, dueAt: 2, settledAt: stage === 'closed' ? 3 : undefined }) as SupervisionOrder
    const topics = { 'supervisions@620802': [order('a', 'in-progress'), order('b', 'submitted'), order('c', 'closed'), order('d', 'cancelled')] }
    const { supervisions } = pictureOf({ seq: 1, topics }, { district: '620802', at: cutOffAt })
    expect(supervisions.map(({ id, state, closedAt }) => [id, state, closedAt])).toEqual([
      ['a', 'open', undefined],
      ['b', 'submitted', undefined],
      ['c', 'closed', 3],
    ])
  })

  it('says that a demonstration’s figures are in it', () => {
    const picture = pictureAt(cutOffAt)
    const feeds = picture.feeds.map((feed) => ({ ...feed, label: { ...feed.label, demo: true } }))
    expect(draft({ picture: { ...picture, feeds } }).notes).toEqual(['本稿含演示数据，不得作为正式文件印发。'])
    expect(draft().notes).toEqual([])
  })
})

describe('a text that somebody wrote in place of a draft', () => {
  const written = (text: string, section = 'laggards/satisfaction') =>
    withTexts(draft(), { [section]: { text, by: '值班员甲', at: cutOffAt } }, names()).sections.find(({ id }) => id === section)

  it('keeps its numbers tied to the figures they are, and lists those that are none', () => {
    const section = written('现状：完成值93.1%，较目标95%低1.9个百分点。\n原因：12345热线9月起回访偏少，仅37件未答复。')
    expect(section?.edited).toEqual({ by: '值班员甲', at: cutOffAt })
    expect(section?.paragraphs).toHaveLength(2)
    expect(section?.paragraphs[0]?.flatMap(({ figure }) => figure ?? [])).toEqual([
      'indicators/satisfaction/value',
      'indicators/satisfaction/target',
      'indicators/satisfaction/gap',
    ])
    expect(section?.unmatched).toEqual(['37'])
  })

  it.each([
    ['2026年11月20日前完成，第3期，18:00 调度，（1）先办', []],
    ['12345热线', []],
    ['共 4 项指标', []],
    ['4.4亿条', []],
    ['4.5亿条', ['4.5']],
    ['99%，其中1240件', ['99%']],
    ['1,240件和1240件', []],
    ['占 4%', ['4%']],
    ['全年１２４０件、３７．５％', ['37.5%']],
    ['完成值９３．１％', []],
    ['1. 完成', []],
    ['缺4人', ['4']],
    ['由96.2升到98.4。', ['96.2']],
  ])('is checked so: %s', (text, unmatched) => {
    expect(written(text, 'overall')?.unmatched).toEqual(unmatched)
  })

  it('waits, and says so, where its section is not in the draft any more', () => {
    const document = withTexts(draft(), { 'laggards/data_growth': { text: '原因：待查', by: '甲', at: 1 } }, names())
    expect(document.notes).toEqual(['另有已编辑的小节本期不列，文字仍保留：laggards/data_growth。'])
  })

  it('knows the names that have digits in them', () => {
    expect(namesWithDigits(names())).toEqual(['12345热线工单办理满意度', '12345热线'])
  })
})

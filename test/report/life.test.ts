import { describe, expect, it } from 'vitest'
import { reportFactSchema } from '../../contract/report.ts'
import { problemIn } from '../http/house.ts'
import { World } from '../../server/core/world.ts'
import { registry } from './fixture.ts'
import { ReportHouse } from './house.ts'

const textOf = (section: { readonly paragraphs: readonly (readonly { readonly text: string }[])[] } | undefined): string =>
  (section?.paragraphs ?? []).map((runs) => runs.map(({ text }) => text).join('')).join('\n')

describe('a month’s report', () => {
  it('is told as due from the first day of its month, with when its authors are reminded', async () => {
    const { reports } = await (await new ReportHouse().open()).list()
    expect(reports).toEqual([
      {
        id: '620802-2026-11',
        month: '2026-11',
        state: 'due',
        version: 0,
        dueAt: Date.parse('2026-11-20T23:59:59.999+08:00'),
        isDueProvisional: true,
        remindAt: ['2026-11-13', '2026-11-18', '2026-11-20'].map((day) => Date.parse(`${day}T09:00:00+08:00`)),
        changes: [],
      },
    ])
  })

  it('is drafted at a cut-off, edited, and issued; each step is a fact in the log, signed', async () => {
    const desk = await new ReportHouse().open()
    const cutOffAt = Math.floor(desk.clock.now() / 1_000) * 1_000 - 1
    expect(JSON.parse((await desk.draft()).text)).toMatchObject({ id: '620802-2026-11', version: 1, state: 'drafted', by: '值班员甲' })
    const drafted = await desk.read()
    expect(drafted.state).toMatchObject({ state: 'drafted', version: 1, cutOffAt })
    expect(textOf(drafted.document.sections.find(({ id }) => id === 'laggards/satisfaction'))).toContain('完成值93.1%')

    expect((await desk.edit({ 'laggards/satisfaction': '现状：93.1%。\n原因：回访人手不足，缺3人。' }, {}, '值班员乙')).status).toBe(200)
    const edited = await desk.read()
    const section = edited.document.sections.find(({ id }) => id === 'laggards/satisfaction')
    expect([section?.edited, section?.unmatched]).toEqual([{ by: '值班员乙', at: desk.clock.now() }, ['3']])

    expect((await desk.issue({ seen: 2 })).status).toBe(200)
    expect((await desk.read()).state).toMatchObject({ state: 'issued', version: 3, changedBy: '值班员甲' })
    const facts = desk.reports()
    expect(facts.map((fact) => fact.kind === 'report' && [fact.state, fact.by])).toEqual([
      ['drafted', '值班员甲'],
      ['edited', '值班员乙'],
      ['issued', '值班员甲'],
    ])
    for (const fact of facts) expect(reportFactSchema.parse(fact)).toEqual(fact)
  })

  it('does not see what was recorded after its cut-off', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    const before = (await desk.read()).document
    desk.clock.advance(3_600_000)
    await desk.tell(50)
    expect((await desk.read()).document).toEqual(before)
    // until it is drafted anew
    desk.clock.advance(1_000)
    expect((await desk.draft({ seen: 1 })).status).toBe(200)
    expect(textOf((await desk.read()).document.sections.find(({ id }) => id === 'laggards/satisfaction'))).toContain('完成值50.0%')
  })

  it('keeps what people wrote when it is drafted anew, and takes the draft again where they say so', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    await desk.edit({ overall: '全区总体平稳。', 'next-steps': '略。' })
    await desk.draft({ seen: 2 })
    const overall = async () => textOf((await desk.read()).document.sections[0])
    expect(await overall()).toBe('全区总体平稳。')
    await desk.edit({ overall: null }, { seen: 3 })
    expect(await overall()).toContain('截至2026年11月23日')
    expect(textOf((await desk.read()).document.sections.at(-1))).toBe('略。')
  })

  it('is frozen once it is issued: its document stays, whatever is recorded, and nothing can be changed', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    await desk.issue()
    const issued = (await desk.read()).document
    expect(issued.issuedAt).toBe(desk.clock.now())
    await desk.tell(10)
    for (const answer of [await desk.draft({ seen: 2 }), await desk.edit({ overall: 'x' }, { seen: 2 }), await desk.issue({ seen: 2 })]) {
      const { status, detail } = problemIn(answer)
      expect(status).toBe(409)
      expect(detail).toMatch(/^report: it was issued by 值班员甲 at 2026-11-23T06:31:00.000Z and is not changed any more/)
    }
    expect((await desk.read()).document).toEqual(issued)
  })

  it('is the same after a restart, from the log and from a dump', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    await desk.edit({ overall: '全区总体平稳。' })
    const again = new World(registry)
    for (const entry of desk.log.entries({ after: 0 })) again.apply(entry)
    expect(again.report('620802', '2026-11')).toEqual(desk.world.report('620802', '2026-11'))
    const restored = World.restore(registry, JSON.parse(JSON.stringify(desk.world.dump())))
    expect(restored.report('620802', '2026-11')).toEqual(JSON.parse(JSON.stringify(desk.world.report('620802', '2026-11'))))
    expect(restored.read(['reports@620802'])).toEqual(desk.world.read(['reports@620802']))
  })

  it('is handed out as .docx, bulletin and .xlsx, with a name that says what it is', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    const types = { '.docx': 'wordprocessingml.document', '.xlsx': 'spreadsheetml.sheet', '/bulletin.docx': 'wordprocessingml.document' }
    for (const [end, type] of Object.entries(types)) {
      const answer = await desk.get(`/api/reports/620802-2026-11${end}`)
      expect([end, answer.status, answer.headers['content-type']]).toEqual([end, 200, `application/vnd.openxmlformats-officedocument.${type}`])
      expect(answer.text.startsWith('PK')).toBe(true)
    }
    const { headers } = await desk.get('/api/reports/620802-2026-11.docx')
    expect(decodeURIComponent(String(headers['content-disposition']))).toContain('数字政府服务能力工作专报-2026-11.docx')
  })
})

describe('two who write at once', () => {
  it('are not mixed up: who saw an older version is told who changed it and when, and nothing is lost', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    const answers = await Promise.all([desk.edit({ overall: '甲写的' }), desk.edit({ overall: '乙写的' }, {}, '值班员乙')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const refused = answers.find(({ status }) => status === 409)
    const winner = answers[0].status === 200 ? '值班员甲' : '值班员乙'
    expect(refused && problemIn(refused).detail).toBe(
      `seen: version 1, but it is at version 2: ${winner} edited it at 2026-11-23T06:31:00.000Z; read it again, and put your change into that`,
    )
    expect(desk.reports()).toHaveLength(2)
  })

  it('do not draft the same month twice', async () => {
    const desk = await new ReportHouse().open()
    const answers = await Promise.all([desk.draft(), desk.draft({}, '值班员乙')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(desk.reports()).toHaveLength(1)
  })

  it('a command whose answer was lost is sent again, and answered as it was, also after others', async () => {
    const desk = await new ReportHouse().open()
    const command = 'the-same-command'
    const first = await desk.draft({ command })
    await desk.edit({ overall: '写' })
    desk.clock.advance(1_000)
    const again = await desk.draft({ command })
    expect([again.status, again.text]).toEqual([200, first.text])
    const edit = 'another-command'
    const edited = await desk.edit({ overall: '再写' }, { command: edit, seen: 2 })
    expect((await desk.edit({ overall: '再写' }, { command: edit, seen: 2 })).text).toBe(edited.text)
    await desk.issue({ seen: 3, command: 'the-issue-itself' })
    expect((await desk.issue({ seen: 3, command: 'the-issue-itself' })).status).toBe(200)
    expect(desk.reports()).toHaveLength(4)
  })
})

describe('a report is refused', () => {
  it.each([
    ['a district without reports', { district: 'la' }, 404, /^district: la gives no reports; add it under reports in config\/app\.yaml$/],
    ['an unknown district', { district: 'x' }, 404, /^district: "x" is not configured; these are: 620802, la$/],
    ['a month to come', { month: '2026-12' }, 400, /^month: 2026-12 is yet to come; the latest that can be drafted is 2026-11$/],
    ['a month long gone', { month: '2025-10' }, 400, /^month: 2025-10 is more than a year ago/],
    ['a month that is none', { month: '2026-13' }, 400, /^month: expected a month, YYYY-MM/],
    [
      'a cut-off to come',
      { cutOffAt: Date.parse('2026-11-24T00:00:00Z') },
      400,
      /^cutOffAt: 2026-11-24T00:00:00\.000Z is not over yet; leave it out for now$/,
    ],
    ['a cut-off beyond all time', { cutOffAt: 8.64e15 + 1 }, 400, /^cutOffAt: expected an instant in milliseconds since 1970/],
    [
      'a cut-off before its month',
      { cutOffAt: Date.parse('2026-10-30T00:00:00Z') },
      400,
      /^cutOffAt: .* is before 2026-11 begins; give one from 2026-10-31T16:00:00\.000Z on$/,
    ],
    [
      'a cut-off before the log',
      { cutOffAt: Date.parse('2026-11-02T00:00:00Z') },
      400,
      /^cutOffAt: 2026-11-02T00:00:00\.000Z is before the log begins/,
    ],
    ['a version nobody has seen', { seen: 3 }, 409, /^seen: version 3, but it is at version 0: nobody has drafted it yet/],
    ['no command', { command: '' }, 400, /^command: expected at least 8 characters/],
    ['a field too many', { by: '别人' }, 400, /by/],
  ])('for %s', async (_what, given, status, words) => {
    const desk = await new ReportHouse().open()
    const told = problemIn(await desk.draft(given))
    expect([told.status, told.detail]).toEqual([status, expect.stringMatching(words)])
    expect(desk.reports()).toEqual([])
  })

  it('to a wall, and to a session without a name', async () => {
    const desk = await new ReportHouse().open()
    const body = { district: '620802', month: '2026-11', command: 'a-command', seen: 0 }
    expect((await desk.post('/api/reports', body, { role: 'wall' })).status).toBe(403)
    expect((await desk.get('/api/reports?district=620802', 'wall')).status).toBe(403)
    expect(problemIn(await desk.post('/api/reports', body, { as: '' })).detail).toContain('this is signed with a person’s name')
    expect(desk.reports()).toEqual([])
  })

  it('where there is none, and for a section that it has not', async () => {
    const desk = await new ReportHouse().open()
    expect(problemIn(await desk.get('/api/reports/620802-2026-11'))).toMatchObject({
      status: 404,
      detail: 'report: nothing was drafted for 2026-11 yet; draft it by POST /api/reports',
    })
    expect(problemIn(await desk.get('/api/reports/nothing')).status).toBe(404)
    await desk.draft()
    const { status, detail } = problemIn(await desk.edit({ nowhere: 'x' }))
    expect([status, detail.slice(0, 74)]).toEqual([400, 'texts: "nowhere" is no section of this report; it has overall, indicators,'])
    expect(problemIn(await desk.edit({})).detail).toMatch(/^texts: expected at least one section/)
    expect(problemIn(await desk.edit({ overall: 'x'.repeat(4_001) })).detail).toMatch(/^texts\.overall: expected at most 4000 characters/)
  })
})

describe('督办', () => {
  it('stand in the report, as of its cut-off', async () => {
    const desk = await new ReportHouse().open()
    await desk.draft()
    const { document } = await desk.read()
    expect(textOf(document.sections.find(({ id }) => id === 'supervision'))).toBe('本期无督办事项。')
  })
})

// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Incident, PlanStep } from '../../contract/incident.ts'
import { minuteMs } from '../../contract/time.ts'
import IncidentFocus from '../../client/src/panels/incident-focus/IncidentFocus.vue'
import { undriven } from '../../client/src/screen/driven.ts'
import { provideSelection, useSelection } from '../../client/src/screen/selection.ts'
import { start } from '../support/facts.ts'
import { district, unit } from '../support/registry.ts'
import { shownIncident } from '../support/shown-incident.ts'
import { mountPage } from './bench/mount-page.ts'

const now = start + 20 * minuteMs
const step = (given: Partial<PlanStep>): PlanStep => ({
  text: '核实',
  unit: undefined,
  dueAt: undefined,
  clock: 'none',
  state: 'open',
  by: undefined,
  at: undefined,
  note: undefined,
  asksOrder: false,
  orderWanted: undefined,
  ...given,
})
const incident = shownIncident({
  title: '甘沟路 污水井溢流',
  level: 'considerable',
  priority: 'important',
  stage: 'in-progress',
  lines: [
    { command: 'c1', at: start, by: '张三', act: { what: 'opened', origin: { kind: 'hand' }, title: '甘沟路 污水井溢流' } },
    { command: 'c2', at: start + minuteMs, by: '李四', act: { what: 'noted', note: '两人到场' } },
  ],
  plan: {
    id: 'drainage',
    name: '市政排水处置预案',
    startedAt: start,
    startedBy: '李四',
    steps: [
      step({ state: 'done', by: '张三', at: start }),
      step({ text: '围挡', unit: 'housing', dueAt: start + 15 * minuteMs, clock: 'overdue' }),
      step({ text: '抢修' }),
    ],
  },
})
const closed = shownIncident({ id: 'E2', title: '起火', stage: 'closed', closedAt: start + 9 * minuteMs, result: '明火扑灭' })

let page: VueWrapper
afterEach(() => {
  page.unmount()
})

/** The panel with something chosen on its screen, or nothing. */
async function show(incidents: readonly Incident[], chosen?: string): Promise<string> {
  const props = { district: district({ id: '620802' }), options: {}, placement: { widthPx: 600, heightPx: 900 } }
  const Choose = defineComponent({
    setup() {
      if (chosen !== undefined) useSelection().select({ kind: 'incident', id: chosen })
      return () => null
    },
  })
  const Wall = defineComponent({
    setup() {
      provideSelection(0, () => '620802', undriven())
      return () => [h(Choose), h(IncidentFocus, props)]
    },
  })
  const given = {
    configuration: { units: [unit({ id: 'housing', shortName: '住建局' })] },
    pushed: { now, topics: { 'incidents@620802': incidents } },
  }
  page = (await mountPage(Wall, {}, '/dispatch', given)).page
  return page.text()
}

describe('the incident in focus, on the wall', () => {
  it('shows its level, how far its plan has come, and the next step with its clock', async () => {
    const text = await show([incident, closed])
    for (const part of ['较大 · 重要 · 处置中', '预案 市政排水处置预案', '1/3', '下一步 围挡', '住建局', '超 5分', '两人到场'])
      expect(text).toContain(part)
  })

  it('names nobody', async () => {
    expect(await show([incident])).not.toMatch(/张三|李四/)
  })

  it('that was chosen shows how it ended', async () => {
    const text = await show([incident, closed], 'E2')
    for (const part of ['起火', '历时9分', '结果 明火扑灭']) expect(text).toContain(part)
    expect(text).not.toContain('围挡')
    // over, and no colour any more
    expect(page.get('.chip').classes()).toContain('t-2')
  })

  it('that an upstream has closed says that its result is missing', async () => {
    expect(await show([{ ...closed, result: undefined }], 'E2')).toContain('上游已结束，待填结果')
  })
})

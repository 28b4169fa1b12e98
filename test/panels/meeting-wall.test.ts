// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import MeetingMarks from '../../client/src/meeting/MeetingMarks.vue'
import MeetingPage from '../../client/src/meeting/MeetingPage.vue'
import type { MeetingState } from '../../contract/meeting.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Entity } from '../../contract/topic.ts'
import { start } from '../support/facts.ts'
import { decided, decidedOrder, meetingState } from '../support/meeting-state.ts'
import { channel, district, unit } from '../support/registry.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import { orderOf } from './bench/orders.ts'
import { shownIncident } from '../support/shown-incident.ts'
import { mountPage } from './bench/mount-page.ts'

let page: VueWrapper
afterEach(() => {
  page.unmount()
})

const units = [unit({ id: 'housing', name: '区住建局', shortName: '住建局' }), unit({ id: 'water', name: '水务局', shortName: '水务局' })]
const channels = [channel({ id: '12345', shortName: '12345' })]
const items = (...kinds: readonly [MeetingState['items'][number]['kind'], string][]) =>
  kinds.map(([kind, ref], index) => ({ id: `i${String(index + 1)}`, kind, ref, title: `${kind}的题目`, minutes: 4, spentMs: 0 }))

async function show(
  given: Partial<MeetingState>,
  topics: Readonly<Record<string, readonly Entity[]>> = {},
  present = start + minuteMs,
): Promise<void> {
  const props = { district: district({ id: '620802' }), meeting: meetingState(given), present, beside: undefined }
  page = (await mountPage(MeetingPage, props, '/dispatch', { configuration: { units, channels }, pushed: { now: start, topics } })).page
}

describe('the meeting on a wall', () => {
  it('says which it is, of when its figures are, where it stands and how long the item takes', async () => {
    await show({ items: items(['topic', ''], ['indicator', 'a'], ['indicator', 'b']), item: 'i1', isNamesHidden: false })
    const words = page.text()
    for (const part of [
      '11月调度会',
      '第 11 次',
      '数据截至',
      '会议快照',
      '议题',
      '未达指标',
      'topic的题目',
      '01:00',
      '/ 04:00',
      'indicator的题目',
      '本项还没有决定',
    ])
      expect(words).toContain(part)
  })

  it('shows the last decisions, what is overdue first', async () => {
    const last = meetingState({
      id: 'M0',
      state: 'closed',
      decisions: [decided(1, { order: decidedOrder({ stage: 'closed' }) }), decided(2, { order: decidedOrder({ clock: 'overdue' }) }), decided(3)],
    })
    await show({ items: items(['decisions', 'M0']) }, { 'meetings@620802': [last] })
    const rows = page.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))
    expect(rows.map(([, text, , , , outcome]) => [text, outcome])).toEqual([
      ['住建局完成第2项', '超期'],
      ['住建局完成第1项', '办结'],
      ['住建局完成第3项', '仅记录'],
    ])
  })

  it('reads this meeting’s own decisions back in their order', async () => {
    await show({ items: items(['read-back', '']), decisions: [decided(1), decided(2)] })
    expect(page.findAll('tbody tr')).toHaveLength(2)
    expect(page.text()).toContain('本次决定')
  })

  it('shows a decision with the order that it has become', async () => {
    const decision = decided(1, { item: 'i1', supportingUnits: ['water'], order: decidedOrder() })
    await show({ items: items(['topic', '']), decisions: [decision] })
    for (const part of ['已记录决定', '1123-1', '住建局完成第1项', '住建局', '水务局', '督〔2026〕12号', '12月4日', '记录：值班员甲'])
      expect(page.text()).toContain(part)
  })

  it('names neither units nor people while names are hidden, also where a text names them', async () => {
    const decision = decided(1, { item: 'i1', text: '区住建局和水务局限期整改', supportingUnits: ['water'] })
    await show({ items: items(['topic', '']), decisions: [decision], isNamesHidden: true })
    expect(page.text()).toContain('某单位和某单位限期整改')
    expect(page.text()).toContain('单位与人名已隐去')
    for (const name of ['住建局', '水务局', '值班员甲']) expect(page.text()).not.toContain(name)
  })

  it('shows an incident with the orders that it has led to, the soonest due first', async () => {
    const of = (id: string, dueAt: number, given: Partial<SupervisionOrder> = {}): SupervisionOrder =>
      orderOf(id, { origin: { kind: 'incident', id: 'E1' }, dueAt, ...given })
    await show(
      { items: items(['incident', 'E1']) },
      {
        'incidents@620802': [shownIncident()],
        'supervisions@620802': [of('later', start + 7_200_000), of('sooner', start - 60_000, { clock: 'overdue' }), orderOf('other')],
      },
    )
    const words = page.text()
    expect(words.indexOf('事项 sooner')).toBeLessThan(words.indexOf('事项 later'))
    expect(words).toContain('事项 sooner')
    expect(words).not.toContain('事项 other')
    expect(page.find('.due.c-red').exists()).toBe(true)
  })

  it('shows a channel of which nothing is overdue any more without an empty promise', async () => {
    await show({ items: items(['channel', '12345']) })
    expect(page.text()).toContain('超期工单')
  })

  it.each(['order', 'incident', 'indicator', 'decisions'] as const)(
    'says it plainly where the cut-off knows nothing of an item: %s',
    async (kind) => {
      await show({ items: items([kind, 'gone']) })
      expect(page.text()).toContain('截止时没有这一项的数据。')
    },
  )
})

describe('over a wall in the meeting', () => {
  const marks = async (given: object): Promise<void> => {
    const props = {
      meeting: meetingState(),
      status: { state: 'paused', speed: 1, problem: undefined },
      present: start,
      zone: 'Asia/Shanghai',
      alarms: [],
      isScreen: false,
      ...given,
    }
    page = (await mountPage(MeetingMarks, props, '/dispatch')).page
  }
  it('stands that the screen’s own panels are the meeting’s snapshot', async () => {
    await marks({ isScreen: true })
    expect(page.find('[role=status]').text()).toContain('会议快照')
  })
  it('stands nothing where the meeting’s page says it itself, but for a past that cannot be had', async () => {
    await marks({})
    expect(page.find('[role=status]').exists()).toBe(false)
    page.unmount()
    await marks({ status: { state: 'failed', speed: 1, problem: 'HTTP 503' } })
    expect(page.find('[role=status]').text()).toBe('截止时的数据取不到：HTTP 503')
  })
  it('breaks what presses in the present through', async () => {
    await marks({ alarms: ['城东积水'] })
    expect(page.find('[role=alert]').text()).toContain('城东积水')
  })
})

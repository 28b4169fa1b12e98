// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import MeetingPage from '../../../client/src/desk/MeetingPage.vue'
import type { AgendaDraft, MeetingState } from '../../../contract/meeting.ts'
import { minuteMs } from '../../../contract/time.ts'
import { start } from '../../support/facts.ts'
import { decided, decidedOrder, meetingState } from '../../support/meeting-state.ts'
import { indicator, unit } from '../../support/registry.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'

let page: VueWrapper
beforeEach(() => {
  vi.useFakeTimers({ now: start })
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const configuration = {
  units: [unit({ id: 'housing', shortName: '住建局' }), unit({ id: 'affairs', name: '政务服务中心', shortName: '政务中心' })],
  indicators: [indicator({ id: 'on_time_rate' })],
}
const person = { 'GET /api/session': { role: 'desk', name: '值班员甲' } }
const draft: AgendaDraft = {
  cutOffAt: start - 1,
  items: [
    { kind: 'indicator', ref: 'on_time_rate', title: '按时办结率', minutes: 4 },
    { kind: 'channel', ref: '12345', title: '12345热线', minutes: 2 },
    { kind: 'read-back', title: '复述决定', minutes: 2 },
  ],
}
const answer = (steps: number, given: object = {}) => ({ id: 'M1', command: 'c', at: start, by: '值班员甲', steps, ...given })
const steps = 'POST /api/meetings/M1/steps'
const decisions = 'POST /api/meetings/M1/decisions'

async function open(told: readonly MeetingState[]): Promise<void> {
  const given = { configuration, pushed: { now: start + minuteMs, topics: { 'meetings@620802': told } } }
  page = (await mountPage(MeetingPage, {}, '/desk/meeting', given)).page
}
async function press(words: string): Promise<void> {
  const found = page.findAll('button').find((one) => one.text().includes(words))
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  await found.trigger('click')
  await flushPromises()
}
async function key(name: string): Promise<void> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name }))
  await flushPromises()
}
const sent = (asked: readonly AskedOfStub[]) => asked.filter(({ method }) => method === 'POST').map(({ body }) => body)
const command = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string

describe('before a meeting', () => {
  it('draws the agenda up by rules, lets it be changed, and opens with its cut-off', async () => {
    const asked = answerWith({ ...person, 'GET /api/meetings/agenda': draft, 'POST /api/meetings/open': answer(1) })
    await open([])
    expect(page.text()).toContain('共 3 项，8 分钟')
    await page.find('[aria-label="下移 按时办结率"]').trigger('click')
    await page.find('[aria-label="去掉 复述决定"]').trigger('click')
    await page.find('[aria-label="议题"]').setValue('防汛')
    await page.find('form.add').trigger('submit')
    await page.find('[aria-label="12345热线 分钟"]').setValue(6)
    await press('开会')
    expect(page.text()).toContain('以 值班员甲 的名义开会')
    await press('确定')
    expect(sent(asked)).toEqual([
      {
        command,
        district: '620802',
        name: '11月调度会',
        cutOffAt: start - 1,
        items: [{ ...draft.items[1], minutes: 6 }, draft.items[0], { kind: 'topic', title: '防汛', minutes: 5 }],
      },
    ])
  })

  it('tells who holds another', async () => {
    const refusal = { status: 409, body: { detail: '11月调度会 is being held, opened by 值班员乙' } }
    answerWith({ ...person, 'GET /api/meetings/agenda': draft, 'POST /api/meetings/open': refusal })
    await open([])
    await press('开会')
    await press('确定')
    expect(page.find('[role=alert]').text()).toContain('opened by 值班员乙')
  })

  it('shows past meetings with what became of their decisions, and their minutes', async () => {
    answerWith({ ...person, 'GET /api/meetings/agenda': draft })
    const order = decidedOrder({ clock: 'overdue' })
    await open([meetingState({ id: 'M0', state: 'closed', closedAt: start, decisions: [decided(1, { order })] })])
    expect(page.find('a[href="/api/meetings/M0/minutes"]').exists()).toBe(true)
    expect(page.find('.decisions tbody').text()).toContain('超期')
  })
})

describe('the presenter’s hand', () => {
  it('goes on and back by the arrows, each from what the step before has come to', async () => {
    let taken = 1
    const asked = answerWith({
      ...person,
      get [steps]() {
        return answer((taken += 1))
      },
    })
    await open([meetingState()])
    await key('ArrowRight')
    await key('ArrowRight')
    await key('ArrowRight')
    await key('ArrowLeft')
    expect(sent(asked)).toEqual([
      { command, seen: 1, step: 'item', item: 'i2' },
      { command, seen: 2, step: 'item', item: 'i3' },
      { command, seen: 3, step: 'item', item: 'i2' },
    ])
  })

  it('takes over from a tablet that died: another desk shows the same item and who moved it last', async () => {
    answerWith(person)
    await open([meetingState({ item: 'i2', presenter: '值班员乙', steps: 9 })])
    expect(page.find('.what').text()).toContain('按时办结率')
    expect(page.text()).toContain('现由 值班员乙 操作')
  })

  it('says who went on meanwhile', async () => {
    answerWith({ ...person, [steps]: { status: 409, body: { detail: '11月调度会: meanwhile 值班员乙 took step 2' } } })
    await open([meetingState()])
    await press('下一项')
    expect(page.find('[role=alert]').text()).toContain('meanwhile 值班员乙 took step 2')
  })

  it('hides names, and closes in two steps', async () => {
    const asked = answerWith({ ...person, [steps]: answer(2) })
    await open([meetingState()])
    await press('隐去单位与人名')
    await press('散会')
    expect(page.text()).toContain('散会后不能再记录决定')
    await press('确定')
    expect(sent(asked)).toEqual([
      { command, seen: 1, step: 'names', isHidden: true },
      { command, seen: 2, step: 'closed' },
    ])
  })

  it('moves nothing for a session without a name', async () => {
    const asked = answerWith({ 'GET /api/session': { role: 'desk' }, [steps]: answer(2) })
    await open([meetingState()])
    await key('ArrowRight')
    expect(sent(asked)).toEqual([])
  })
})

describe('a decision', () => {
  const text = '每周三对账'
  async function write(words = text): Promise<void> {
    await page.find('textarea').setValue(words)
  }

  it('needs but its words: the lead unit of the indicator is proposed, the due time and level are set', async () => {
    const order = { id: 'S1', number: '督〔2026〕12号', dueAt: start, isProvisional: false }
    const asked = answerWith({ ...person, [decisions]: answer(2, { order }) })
    await open([meetingState({ item: 'i2' })])
    await write()
    await page.find('textarea').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(sent(asked)).toEqual([{ command, item: 'i2', text, leadUnit: 'affairs', supportingUnits: [], level: 'normal', workingDays: 5 }])
    expect(page.find('.decision [role=status]').text()).toBe('已记录 督〔2026〕12号')
    expect(page.find('textarea').element.value).toBe('')
  })

  it('is only noted where no due time is chosen', async () => {
    const asked = answerWith({ ...person, [decisions]: answer(2) })
    await open([meetingState({ item: 'i2' })])
    await write()
    await page.find('input[name=days][value="0"]').setValue()
    await press('记录决定')
    expect(sent(asked)[0]).not.toHaveProperty('workingDays')
    expect(page.text()).toContain('已记录，未成督办')
  })

  it('keeps its words and its command when nobody answered, so that pressing again cannot double it', async () => {
    const asked = answerWith(person)
    await open([meetingState({ item: 'i2' })])
    await write()
    await press('记录决定')
    expect(page.find('textarea').element.value).toBe(text)
    await press('记录决定')
    const [first, second] = sent(asked)
    expect(second).toEqual(first)
    await write('别的决定')
    await press('记录决定')
    expect((sent(asked)[2] as { command: string }).command).not.toBe((first as { command: string }).command)
  })

  it('says what is missing', async () => {
    answerWith(person)
    await open([meetingState({ item: 'i1' })])
    expect(page.text()).toContain('先写决定的内容')
    await write()
    expect(page.text()).toContain('先选牵头单位')
  })
})

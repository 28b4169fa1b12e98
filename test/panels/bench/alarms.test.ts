// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { defineComponent, nextTick, ref } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { alarmStepRequestSchema } from '../../../contract/alarm.ts'
import type { Alarm, AlarmSummary, AlarmWeek } from '../../../contract/alarm.ts'
import { hourMs, minuteMs } from '../../../contract/time.ts'
import AlarmsPage from '../../../client/src/desk/AlarmsPage.vue'
import { newCommand } from '../../../client/src/live/new-command.ts'
import { endsOf, rowsOf } from '../../../client/src/desk/alarms/model.ts'
import { alarmBadge, badgeWidthEm } from '../../../client/src/screen/alarm-badge.ts'
import { useAlarmSound } from '../../../client/src/screen/alarm-sound.ts'
import { alarmRule, alarmRules } from '../../support/alarm-rules.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
const rules = alarmRules([
  alarmRule({
    id: 'river',
    name: '河道超警',
    priority: 'urgent',
    cause: '上游降雨',
    action: '报带班领导',
    when: { source: 'sensor', quantity: 'water-level', limit: 'high' },
  }),
  alarmRule({ id: 'camera', name: '重点点位无画面', priority: 'notice', cause: '断电', action: '报修', when: { source: 'camera' } }),
])

const alarm = (given: Partial<Alarm> = {}): Alarm => ({
  id: 'river/R1/water-level',
  rule: 'river',
  source: 'sensor',
  subject: 'R1/water-level',
  name: '泾河站',
  priority: 'urgent',
  state: 'unacknowledged',
  isStanding: true,
  raisedAt: now - 5 * minuteMs,
  returnedAt: undefined,
  count: 1,
  isChattering: false,
  value: 1334.62,
  limit: 1333,
  driftMs: undefined,
  group: undefined,
  parent: undefined,
  acknowledged: undefined,
  shelved: undefined,
  outOfService: undefined,
  ...given,
})
const camera = (no: number, given: Partial<Alarm> = {}): Alarm =>
  alarm({
    id: `camera/C${String(no)}`,
    rule: 'camera',
    source: 'camera',
    subject: `C${String(no)}`,
    name: `路口${String(no)}`,
    priority: 'notice',
    value: undefined,
    limit: undefined,
    group: 'place:620802001',
    raisedAt: now - no * minuteMs,
    ...given,
  })
const aside = { by: '王五', at: now - hourMs, until: now + hourMs, reason: '探头清洗' }
const summary = (given: Partial<AlarmSummary> = {}): AlarmSummary => ({
  id: 'now',
  unacknowledged: { urgent: 1, important: 0, normal: 0, notice: 2 },
  standing: 3,
  shelved: 0,
  suppressed: 0,
  outOfService: 0,
  newest: undefined,
  flood: undefined,
  ...given,
})
const week: AlarmWeek = {
  from: now - 24 * hourMs,
  to: now,
  announced: 48,
  perHour: 2,
  byPriority: { urgent: 3, important: 5, normal: 10, notice: 30 },
  standing: 1,
  longest: [{ id: 'camera/C9', rule: 'camera', name: '路口9', raisedAt: now - 72 * hourMs }],
  chattering: 1,
  floodShare: 0.0125,
  worst: [{ id: 'camera/C1', rule: 'camera', name: '路口1', priority: 'notice', announced: 12, share: 0.25, isChattering: true }],
}

describe('the list of alarms', () => {
  const listed = (alarms: readonly Alarm[], given: { readonly isFlood?: boolean; readonly open?: readonly string[] } = {}) =>
    rowsOf(alarms, { isFlood: given.isFlood ?? false, open: new Set(given.open) }).map((row) =>
      row.kind === 'alarm' ? row.key : [row.kind, row.count],
    )

  it('has first what waits, most pressing first, the newest first', () => {
    const alarms = [
      alarm({ id: 'a', state: 'acknowledged' }),
      camera(2, { group: undefined }),
      camera(1, { group: undefined }),
      alarm({ id: 'b' }),
      alarm({ id: 'c', shelved: aside, state: 'shelved' }),
    ]
    expect(listed(alarms)).toEqual(['b', 'camera/C1', 'camera/C2', 'a', 'c'])
  })

  it('puts those of one rule, place and state in one line with a count, which opens', () => {
    const alarms = [camera(1), camera(2), camera(3, { state: 'acknowledged' }), alarm({ group: 'place:620802001' })]
    expect(listed(alarms)).toEqual(['river/R1/water-level', ['group', 2], 'camera/C3'])
    expect(listed(alarms, { open: ['camera|place:620802001|unacknowledged'] })).toEqual([
      'river/R1/water-level',
      ['group', 2],
      'camera/C1',
      'camera/C2',
      'camera/C3',
    ])
  })

  it('in a flood folds the lowest priority away with its count, and groups whatever the rule', () => {
    const alarms = [camera(1), camera(2), alarm({ id: 'a', group: 'place:1' }), alarm({ id: 'b', rule: 'rain', group: 'place:1' })]
    expect(listed(alarms, { isFlood: true })).toEqual([
      ['group', 2],
      ['folded', 2],
    ])
    expect(listed(alarms, { isFlood: true, open: ['folded'] })).toEqual([
      ['group', 2],
      ['group', 2],
    ])
  })

  it('in a flood of what is urgent folds nothing away', () => {
    expect(listed([alarm({ id: 'a' }), alarm({ id: 'b' })], { isFlood: true })).toEqual(['a', 'b'])
    expect(listed([alarm({ id: 'a' }), alarm({ id: 'b', priority: 'important' })], { isFlood: true })).toEqual(['a', 'b'])
  })

  it('offers ends of a shelving within what is allowed', () => {
    expect(endsOf('shelved', { shelveHours: 3, outOfServiceDays: 30 }).map((ms) => ms / hourMs)).toEqual([0.5, 1, 2])
    expect(endsOf('shelved', { shelveHours: 0.25, outOfServiceDays: 30 }).map((ms) => ms / hourMs)).toEqual([0.25])
  })
})

describe('the badge of a wall', () => {
  const words = { newest: () => '河道超警 泾河站', flood: () => '告警泛滥' }
  it('is nothing when nothing waits', () => {
    expect(alarmBadge(undefined, words)).toBeUndefined()
    expect(alarmBadge(summary({ unacknowledged: { urgent: 0, important: 0, normal: 0, notice: 0 } }), words)).toBeUndefined()
    expect(badgeWidthEm(undefined, '告警')).toBe(0)
  })
  it('counts by priority, and names the newest only where it is pressing', () => {
    const newest = { id: 'x', rule: 'river', source: 'sensor', subject: 'x', name: '', raisedAt: now, value: undefined } as const
    expect(alarmBadge(summary({ newest: { ...newest, priority: 'urgent' } }), words)).toEqual({
      counts: [
        { priority: 'urgent', count: 1 },
        { priority: 'notice', count: 2 },
      ],
      newest: '河道超警 泾河站',
      flood: '',
    })
    expect(alarmBadge(summary({ newest: { ...newest, priority: 'normal' } }), words)?.newest).toBe('')
  })
  it('tells a flood also when all is acknowledged', () => {
    const none = { urgent: 0, important: 0, normal: 0, notice: 0 }
    expect(alarmBadge(summary({ unacknowledged: none, flood: { since: now, count: 12, minutes: 10 } }), words)?.flood).toBe('告警泛滥')
  })
})

describe('the sound', () => {
  const hear = (given: { readonly isOn?: boolean } = {}) => {
    const waiting = ref<readonly string[]>([])
    const speaker = { sound: vi.fn(), wake: vi.fn(), close: vi.fn() }
    const Host = defineComponent({
      setup: () => ({
        sound: useAlarmSound(
          () => waiting.value,
          () => given.isOn ?? true,
          () => speaker,
        ),
      }),
      template: '<i />',
    })
    return { waiting, speaker, host: mount(Host) }
  }
  beforeEach(() => {
    localStorage.clear()
  })

  it('comes once for each new occurrence, once for several, and not again after a reload', async () => {
    const { waiting, speaker, host } = hear()
    waiting.value = ['a@1', 'b@1']
    await nextTick()
    waiting.value = ['a@1']
    await nextTick()
    expect(speaker.sound).toHaveBeenCalledTimes(1)
    waiting.value = ['a@2']
    await nextTick()
    expect(speaker.sound).toHaveBeenCalledTimes(2)
    host.unmount()
    expect(speaker.close).toHaveBeenCalled()
    const again = hear()
    again.waiting.value = ['a@2']
    await nextTick()
    expect(again.speaker.sound).not.toHaveBeenCalled()
  })

  it('is muted until it is switched on again, in this browser', async () => {
    const { waiting, speaker, host } = hear()
    host.vm.sound.toggle()
    waiting.value = ['a@1']
    await nextTick()
    expect(speaker.sound).not.toHaveBeenCalled()
    const again = hear()
    expect(again.host.vm.sound.isMuted.value).toBe(true)
    again.host.vm.sound.toggle()
    again.waiting.value = ['b@1']
    await nextTick()
    expect(again.speaker.sound).toHaveBeenCalledTimes(1)
  })

  it('does not come where the page is silent, and does not count as heard for others', async () => {
    const silent = hear({ isOn: false })
    silent.waiting.value = ['a@1']
    await nextTick()
    expect(silent.speaker.sound).not.toHaveBeenCalled()
    const desk = hear()
    desk.waiting.value = ['a@1']
    await nextTick()
    expect(desk.speaker.sound).toHaveBeenCalledTimes(1)
  })
})

describe('a command', () => {
  it('has a name that the server takes', () => {
    const body = { command: newCommand(), district: '620802', id: 'a/b', step: 'unshelved' }
    expect(alarmStepRequestSchema.parse(body)).toEqual(body)
    expect(newCommand()).not.toBe(body.command)
  })
})

describe('the page of alarms', () => {
  let page: VueWrapper
  beforeEach(() => {
    localStorage.clear()
    // what jsdom has not: this page scrolls to the chosen line, and sounds
    Element.prototype.scrollIntoView = () => undefined
    vi.stubGlobal('AudioContext', SilentContext)
  })
  afterEach(() => {
    page.unmount()
    vi.unstubAllGlobals()
  })

  const opened = async (
    alarms: readonly Alarm[],
    given: { readonly answers?: object; readonly summary?: AlarmSummary; readonly role?: object } = {},
  ) => {
    const asked = answerWith({
      'GET /api/session': given.role ?? { role: 'desk', name: '李四' },
      'GET /api/alarms/weekly': week,
      'POST /api/alarms/steps': { id: 'x', command: 'x', step: 'acknowledged', at: now, by: '李四' },
      ...given.answers,
    })
    const topics = { 'alarms@620802': alarms, 'alarm-summary@620802': [given.summary ?? summary()] }
    const mounted = await mountPage(AlarmsPage, {}, '/desk/alarms', { configuration: { alarms: rules }, pushed: { now, topics } })
    page = mounted.page
    return { asked: () => asked.filter(({ method }) => method === 'POST').map(({ body }) => body), router: mounted.router }
  }
  const press = async (key: string): Promise<void> => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key }))
    await flushPromises()
  }
  const lines = () => page.findAll('table.list tbody tr').map((line) => line.text())
  const card = () => page.find('article').text()

  it('tells what it is, its cause and what is to be done', async () => {
    await opened([alarm({ count: 3, isChattering: true }), camera(1)])
    expect(lines()[0]).toContain('河道超警泾河站1334.6（限值 1333.0）未确认 第 3 次反复14:27')
    expect(card()).toContain('上游降雨')
    expect(card()).toContain('报带班领导')
    expect(card()).toContain('14:27 起，已 5分')
  })

  it('is walked with the arrows, and A acknowledges what is chosen, as it was seen', async () => {
    const { asked } = await opened([alarm(), camera(1)])
    await press('ArrowDown')
    expect(card()).toContain('报修')
    await press('a')
    expect(asked()).toEqual([
      { command: expect.any(String) as string, district: '620802', id: 'camera/C1', step: 'acknowledged', raisedAt: now - minuteMs },
    ])
  })

  it('does not acknowledge what does not wait, nor for whoever may not', async () => {
    const first = await opened([alarm({ state: 'acknowledged', acknowledged: { by: '王五', at: now - minuteMs } })])
    await press('a')
    expect(first.asked()).toEqual([])
    expect(card()).toContain('王五 于 14:31 确认')
    page.unmount()
    const wall = await opened([alarm()], { role: { role: 'wall' } })
    await press('a')
    await press('s')
    expect(wall.asked()).toEqual([])
    expect(card()).toContain('此会话身份不能处置告警')
  })

  it('shelves with S: an end and a reason, without which nothing is sent', async () => {
    const { asked } = await opened([alarm()])
    await press('s')
    await page.find('form').trigger('submit')
    expect(asked()).toEqual([])
    await page.find('select').setValue(2 * hourMs)
    await page.find('input').setValue('探头清洗')
    await page.find('form').trigger('submit')
    await flushPromises()
    // by the server's clock, a tenth of a second after its picture came
    expect(asked()).toMatchObject([{ step: 'shelved', id: 'river/R1/water-level', until: now + 100 + 2 * hourMs, reason: '探头清洗' }])
    expect(page.find('form').exists()).toBe(false)
  })

  it('takes out of service with O, and back with U', async () => {
    await opened([alarm()])
    await press('o')
    expect(page.find('form').text()).toContain('停用')
    page.unmount()
    const { asked } = await opened([alarm({ state: 'out-of-service', outOfService: aside })])
    expect(card()).toContain('王五 停用至 15:32：探头清洗')
    await press('u')
    expect(asked()).toMatchObject([{ step: 'returned' }])
  })

  it('tells what happened meanwhile, and sends the very same command again when no answer came', async () => {
    const conflict = { status: 409, body: { detail: 'river was acknowledged by 王五' } }
    await opened([alarm()], { answers: { 'POST /api/alarms/steps': conflict } })
    await press('a')
    expect(page.find('.failure').text()).toContain('river was acknowledged by 王五')
    page.unmount()
    const { asked } = await opened([alarm()], { answers: { 'POST /api/alarms/steps': undefined } })
    await press('a')
    await page.find('.failure button').trigger('click')
    await flushPromises()
    const [first, second] = asked()
    expect(first).toMatchObject({ step: 'acknowledged' })
    expect(second).toEqual(first)
  })

  it('opens a group with Enter, and leads to an incident with I', async () => {
    const { router } = await opened([camera(1), camera(2)])
    expect(lines()).toEqual([expect.stringContaining('2 条')])
    await press('Enter')
    expect(lines()).toHaveLength(3)
    await press('ArrowDown')
    await press('i')
    expect(router.currentRoute.value.fullPath).toBe('/desk/incidents?origin=alarm:camera/C1')
  })

  it('says a flood, and what it folded away', async () => {
    await opened([alarm(), camera(1), camera(2)], { summary: summary({ flood: { since: now - 3 * minuteMs, count: 14, minutes: 10 } }) })
    expect(page.find('.flood').text()).toContain('告警泛滥：10 分钟内 14 条，自 14:29 起')
    expect(lines()[1]).toContain('另有“提示”级 2 条已收起')
  })

  it('shows the week with what is fair beside it', async () => {
    await opened([])
    const told = page.find('.week').text()
    for (const words of ['共 48 条', '2.0每小时', '1.3%泛滥时间', '12 次', '占 25.0%', '路口9', '3天']) expect(told).toContain(words)
    expect(page.text()).toContain('没有告警')
  })
})

/** Stands in for the browser's sound: nothing is heard. */
class SilentContext {
  readonly state = 'running'
  readonly currentTime = 0
  readonly destination = {}
  addEventListener(): void {
    // its state never changes
  }
  createOscillator() {
    return { frequency: { value: 0 }, connect: (next: unknown) => next, start: () => undefined, stop: () => undefined }
  }
  createGain() {
    return { gain: { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }, connect: (next: unknown) => next }
  }
  resume = () => Promise.resolve()
  close = () => Promise.resolve()
}

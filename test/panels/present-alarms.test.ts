// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import { defineComponent, h, ref } from 'vue'
import { expect, it, vi } from 'vitest'
import type { Alarm } from '../../contract/alarm.ts'
import { usePresentAlarms } from '../../client/src/screen/use-present-alarms.ts'
import { alarmRules } from '../support/alarm-rules.ts'
import { mountPage } from './bench/mount-page.ts'
import { answerWith } from './bench/stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
const alarm = (id: string, given: Partial<Alarm> = {}): Alarm => ({
  id: `feed-down/${id}`,
  rule: 'feed-down',
  source: 'camera',
  subject: id,
  name: id,
  priority: 'urgent',
  state: 'unacknowledged',
  isStanding: true,
  raisedAt: now - 60_000,
  returnedAt: undefined,
  count: 1,
  isChattering: false,
  value: undefined,
  limit: undefined,
  driftMs: undefined,
  group: undefined,
  parent: undefined,
  acknowledged: undefined,
  shelved: undefined,
  outOfService: undefined,
  ...given,
})

it('urgent alarms that stand unacknowledged break through a past, the newest first; others, and those that somebody has seen, do not', async () => {
  answerWith({})
  const isPast = ref(true)
  const Wall = defineComponent(() => {
    const alarms = usePresentAlarms(
      () => '620802',
      () => isPast.value,
    )
    return () => h('p', alarms.value.join(' · '))
  })
  const topics = {
    'alarms@620802': [
      alarm('甲'),
      alarm('乙', { raisedAt: now }),
      alarm('丙', { priority: 'important' }),
      alarm('丁', { state: 'acknowledged' }),
      alarm('戊', { source: 'incident' }),
      alarm('己', { state: 'shelved' }),
    ],
  }
  const { page } = await mountPage(Wall, {}, '/', { configuration: { alarms: alarmRules([]) }, pushed: { now, topics } })
  await flushPromises()
  expect(page.text()).toBe('feed-down 乙 · feed-down 甲')
  isPast.value = false
  await flushPromises()
  expect(page.text()).toBe('')
  page.unmount()
  vi.unstubAllGlobals()
})

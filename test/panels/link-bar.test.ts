// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { nextTick } from 'vue'
import type { App } from 'vue'
import { createI18n } from 'vue-i18n'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { en } from '../../client/src/i18n/en.ts'
import { zh } from '../../client/src/i18n/zh.ts'
import { provideLive } from '../../client/src/live/use-topic.ts'
import LinkBar from '../../client/src/screen/LinkBar.vue'
import type { OpenedWire } from '../support/fake-wire.ts'
import { fakeWires } from '../support/fake-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { district } from '../support/registry.ts'

const start = Date.parse('2026-11-20T14:32:08+08:00')

let timers: ManualClock
let opened: OpenedWire[]
let bar: VueWrapper
const words = (): string => bar.text()

afterEach(() => {
  bar.unmount()
})

beforeEach(() => {
  timers = new ManualClock(0)
  const wires = fakeWires()
  opened = wires.opened
  const i18n = createI18n({ legacy: false, locale: 'zh', messages: { zh, en } })
  const plugin = {
    install(app: App) {
      provideLive(app, { build: () => 'b', openWire: wires.openWire, timers })
    },
  }
  bar = mount(LinkBar, { props: { district: district({ id: 'd', zone: 'Asia/Shanghai' }) }, global: { plugins: [i18n, plugin] } })
})

async function down(reason: 'unreachable' | 'unauthorised'): Promise<void> {
  await Promise.resolve()
  opened.at(-1)?.onDown(reason)
  await nextTick()
}

async function live(): Promise<void> {
  await Promise.resolve()
  opened.at(-1)?.onOpen()
  opened
    .at(-1)
    ?.hellos.at(-1)
    ?.answer({ type: 'snapshot', epoch: 'e', seq: 0, now: start, build: 'b', topics: { server: [] } })
  await nextTick()
}

it('says nothing while the first picture is on its way, and nothing while all is well', async () => {
  expect(words()).toBe('')
  await live()
  expect(words()).toBe('')
})

it('says that there is no line yet once trying has failed', async () => {
  await down('unreachable')
  expect(words()).toBe('正在连接服务器')
})

it('says since when the picture stands', async () => {
  await live()
  await down('unreachable')
  timers.advance(6_000)
  await nextTick()
  expect(words()).toBe('与服务器失去联系 14:32:08 起已 0秒')
})

it('says that somebody must sign in, which no waiting mends', async () => {
  await down('unauthorised')
  expect(words()).toBe('此屏未登录')
  timers.advance(10_000)
  await live()
  await down('unauthorised')
  timers.advance(6_000)
  await nextTick()
  expect(words()).toContain('此屏未登录')
})

// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref, withDirectives } from 'vue'
import { createI18n } from 'vue-i18n'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Missing } from '../../contract/topic.ts'
import { openDetailKey, useOpenDetail } from '../../client/src/detail/open-detail.ts'
import type { DetailTarget } from '../../client/src/detail/open-detail.ts'
import { vOpens } from '../../client/src/detail/opens.ts'
import { en } from '../../client/src/i18n/en.ts'
import { zh } from '../../client/src/i18n/zh.ts'
import SinceMeeting from '../../client/src/panels/headline/SinceMeeting.vue'
import FaultBoundary from '../../client/src/screen/FaultBoundary.vue'
import Figure from '../../client/src/ui/Figure.vue'
import QualityNote from '../../client/src/ui/QualityNote.vue'
import type { FigureValue, Quality } from '../../client/src/ui/quality.ts'

const zone = 'Asia/Shanghai'
const now = Date.parse('2026-11-20T14:32:00+08:00')
const minute = 60_000
const i18n = () => createI18n({ legacy: false, locale: 'zh', messages: { zh, en } })

describe('a figure', () => {
  const figure = (quality: Quality): FigureValue => ({ text: '38.2', unit: '℃', quality, asOf: now, source: '12345 平台' })
  it('is drawn with its unit, and tells its source when asked', () => {
    const drawn = mount(Figure, { props: { figure: figure({ state: 'fresh' }) } })
    expect(drawn.text()).toBe('38.2℃')
    expect(drawn.attributes('title')).toBe('12345 平台')
    expect(drawn.classes()).not.toContain('old')
  })
  it('looks old when it is stale, or its feed is down', () => {
    for (const quality of [{ state: 'stale', since: now, everyMs: minute } as const, { state: 'down', since: now } as const])
      expect(mount(Figure, { props: { figure: figure(quality) } }).classes()).toEqual(expect.arrayContaining(['old', quality.state]))
  })
})

describe('what is said of a figure that is not fresh', () => {
  const said = (quality: Quality, brief = false): string =>
    mount(QualityNote, { props: { quality, now, zone, brief }, global: { plugins: [i18n()] } }).text()
  it('is nothing for a fresh one', () => {
    expect(said({ state: 'fresh' })).toBe('')
  })
  it('is since when, and how often it should come', () => {
    expect(said({ state: 'stale', since: now - 23 * minute, everyMs: 5 * minute })).toBe('14:09 后未更新 · 应每 5分')
    expect(said({ state: 'stale', since: now - 23 * minute, everyMs: 5 * minute }, true)).toBe('迟18分')
    expect(said({ state: 'stale', since: now - minute, everyMs: 5 * minute }, true)).toBe('迟')
    expect(said({ state: 'down', since: now - 87 * minute })).toBe('13:05 起中断 · 值为最后所见')
    expect(said({ state: 'down', since: now - 87 * minute }, true)).toBe('13:05断')
  })
  it('names the input that is late', () => {
    const quality = { state: 'stale', since: now - 23 * minute, everyMs: 5 * minute, input: 'x' } as const
    const note = mount(QualityNote, { props: { quality, now, zone, inputName: '在线终端' }, global: { plugins: [i18n()] } })
    expect(note.text()).toBe('在线终端 14:09 后未更新 · 应每 5分')
  })
  it('tells a report that did not come from a source that does not exist', () => {
    expect(said({ state: 'missing' })).toBe('未报')
    expect(said({ state: 'not-connected' })).toBe('未接入')
  })
  it('says what a figure cannot be reckoned without', () => {
    const missing = (why: Missing['why'], inputName = ''): string =>
      mount(QualityNote, {
        props: { quality: { state: 'missing', because: { why, input: 'x' } }, now, zone, inputName },
        global: { plugins: [i18n()] },
      }).text()
    expect(missing('input', '在线终端')).toBe('缺 在线终端')
    expect(missing('input')).toBe('缺输入数')
    expect(missing('zero-denominator')).toBe('分母为零')
    expect(missing('start')).toBe('缺年初值')
    expect(missing('out-of-range')).toBe('超出合理范围')
    expect(missing('overflow')).toBe('数值过大')
  })
  it('keeps what was said before a correction', () => {
    expect(said({ state: 'corrected', from: 36.5, at: now - 2 * 24 * 60 * minute })).toBe('原 36.5 · 11月18日 更正')
  })
})

describe('what has changed since the last meeting', () => {
  const said = (change: number | undefined): string =>
    mount(SinceMeeting, { props: { change, day: '10月28日' }, global: { plugins: [i18n()] } }).text()
  it('is said with its sign, and not at all before a first meeting', () => {
    expect([2, 0, -2, undefined].map(said)).toEqual(['较10月28日会↑2', '较10月28日会持平', '较10月28日会−2', ''])
  })
})

describe('an element that opens what is behind it', () => {
  const Row = defineComponent({
    props: { to: { type: String, required: true } },
    setup: (props) => {
      const openDetail = useOpenDetail()
      return () => withDirectives(h('div', props.to), [[vOpens, () => openDetail({ kind: 'channel', channel: props.to })]])
    },
  })
  it('opens by a finger and by Enter, the present target', async () => {
    const opened: DetailTarget[] = []
    const row = mount(Row, { props: { to: 'a' }, global: { provide: { [openDetailKey]: (target: DetailTarget) => opened.push(target) } } })
    await row.trigger('click')
    await row.setProps({ to: 'b' })
    await row.trigger('keydown', { key: 'Enter' })
    await row.trigger('keydown', { key: 'a' })
    expect(opened).toEqual([
      { kind: 'channel', channel: 'a' },
      { kind: 'channel', channel: 'b' },
    ])
    expect(row.attributes()).toMatchObject({ role: 'button', tabindex: '0' })
  })
  it('does nothing where nobody draws details', async () => {
    const row = mount(Row, { props: { to: 'a' } })
    await expect(row.trigger('click')).resolves.toBeUndefined()
  })
})

describe('a fault in a panel', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })
  it('stays in that panel, is numbered and logged, and ends when its data changes', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const broken = ref(true)
    const version = ref(0)
    const Panel = defineComponent({
      setup() {
        if (broken.value) throw new Error('no such indicator')
        return () => h('p', 'drawn')
      },
    })
    const Screen = defineComponent({
      setup: () => () => [
        h(FaultBoundary, { panel: 'gathering', version: version.value }, { default: () => h(Panel) }),
        h(FaultBoundary, { panel: 'ranking', version: 0 }, { default: () => h('p', 'beside') }),
      ],
    })
    const screen = mount(Screen, { global: { plugins: [i18n()] } })
    await nextTick()
    expect(screen.text()).toMatch(/此块暂不能显示 · 编号 P-\d+ · 已记录beside/)
    expect(logged).toHaveBeenCalledWith(expect.stringMatching(/^P-\d+: the panel gathering failed$/), expect.any(Error))
    broken.value = false
    version.value++
    await nextTick()
    await nextTick()
    expect(screen.text()).toBe('drawnbeside')
  })
})

import { flushPromises, mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import type { App, Component } from 'vue'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Router } from 'vue-router'
import type { Configuration } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Entity, TopicName } from '../../../contract/topic.ts'
import { configurationKey } from '../../../client/src/configuration.ts'
import { en } from '../../../client/src/i18n/en.ts'
import { zh } from '../../../client/src/i18n/zh.ts'
import { provideLive } from '../../../client/src/live/use-topic.ts'
import { provideWall } from '../../../client/src/screen/use-wall.ts'
import type { OpenedWire } from '../../support/fake-wire.ts'
import { fakeWires } from '../../support/fake-wire.ts'
import { dutyRules } from '../../support/duty.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { district } from '../../support/registry.ts'

/** A page of the bench as the application shows it, in the place of the router's view. */
export interface MountedPage {
  readonly page: VueWrapper
  readonly router: Router
}

const configuration = {
  app: { defaultDistrict: '620802', schedule: [], holdMinutes: 30, presenterMinutes: 10 },
  districts: [district({ id: '620802' })],
  walls: [],
  indicators: [],
  units: [],
  channels: [],
  rankings: [],
  plans: [],
  sectors: [],
  quantities: [],
  duty: dutyRules(),
} satisfies Partial<Configuration>

/** jsdom lays nothing out: boxes keep the size they have, which is none. */
class NoResizeObserver {
  observe(): void {
    // nothing is ever resized
  }
  unobserve(): void {
    // the same
  }
  disconnect(): void {
    // the same
  }
}

/** What a page finds besides what was asked of it by itself. */
export interface Given {
  readonly configuration?: Partial<Configuration>
  /** zh unless told */
  readonly locale?: 'zh' | 'en'
  /** what the server pushes, once the page is there: by full name, the others empty */
  readonly pushed?: { readonly now: Instant; readonly topics: Readonly<Record<TopicName, readonly Entity[]>> }
}

/** Shows `component` at `path`, with the answers that are stubbed already, once they are there. */
export async function mountPage(
  component: Component,
  props: Readonly<Record<string, unknown>> = {},
  path = '/desk/feeds',
  given: Given = {},
): Promise<MountedPage> {
  globalThis.ResizeObserver = NoResizeObserver
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => null } }] })
  await router.push(path)
  const wires = fakeWires()
  const timers = new ManualClock(0)
  const live = {
    install(app: App) {
      provideLive(app, { build: () => 'b', openWire: wires.openWire, timers, beforeRepaint: (task) => task() })
    },
  }
  const Host = defineComponent({
    setup() {
      provideWall([])
      return () => h(component, props)
    },
  })
  const page = mount(Host, {
    attachTo: document.body,
    global: {
      plugins: [createI18n({ legacy: false, locale: given.locale ?? 'zh', messages: { zh, en } }), router, live],
      provide: { [configurationKey]: { ...configuration, ...given.configuration } },
    },
  })
  await flushPromises()
  if (given.pushed !== undefined) push(wires.opened, given.pushed)
  // the page's clock looks for the server's
  timers.advance(100)
  await flushPromises()
  return { page, router }
}

function push(opened: readonly OpenedWire[], { now, topics }: NonNullable<Given['pushed']>): void {
  for (const wire of opened) {
    wire.onOpen()
    for (const { hello, answer } of wire.hellos) {
      const told = Object.fromEntries(hello.topics.map((topic) => [topic, topics[topic] ?? []]))
      answer({ type: 'snapshot', epoch: 'e', seq: 1, now, build: 'b', topics: told })
    }
  }
}

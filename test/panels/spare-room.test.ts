// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { expect, it } from 'vitest'
import { provideSpareRoom, useNeededHeight } from '../../client/src/screen/spare-room.ts'

it('a panel says what it needs once, and again only when that changes, though whoever hears of it draws everything anew', async () => {
  const rows = ref(3)
  const told: (number | undefined)[] = []
  const needed = shallowRef<readonly (number | undefined)[]>([])
  const Panel = defineComponent(() => {
    useNeededHeight(() => rows.value * 10.2)
    return () => h('p')
  })
  const Place = defineComponent(() => {
    provideSpareRoom((px) => {
      told.push(px)
      // as the screen does: what all panels need, anew
      needed.value = [...needed.value, px]
    })
    return () => h('div', [String(needed.value.length), h(Panel)])
  })
  mount(Place)
  await nextTick()
  expect(told).toEqual([31])
  rows.value = 1
  await nextTick()
  await nextTick()
  expect(told).toEqual([31, 11])
})

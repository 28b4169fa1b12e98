// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { handoverRequestSchema, resourceRequestSchema, shiftsBetween, swapRequestSchema } from '../../../contract/duty.ts'
import type { DutyShift, Resource } from '../../../contract/duty.ts'
import { hourMs, minuteMs } from '../../../contract/time.ts'
import DutyPage from '../../../client/src/desk/DutyPage.vue'
import { resourcesFor } from '../../../client/src/desk/incidents/near-resources.ts'
import { dutyRules } from '../../support/duty.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

const now = Date.parse('2026-11-24T15:32:00+08:00')
const rules = dutyRules()
const people = [
  { post: 'lead', name: '李某', unit: '区政府办', insteadOf: undefined },
  { post: 'chief', name: '王某', unit: undefined, insteadOf: undefined },
] as const
const shifts = shiftsBetween(rules, 'Asia/Shanghai', [now - 24 * hourMs, now + 48 * hourMs]).map((span): DutyShift => ({
  ...span,
  people: span.id === '2026-11-24/day' ? people : [],
  handover: undefined,
}))
const team: Resource = {
  id: 'T1',
  type: 'team',
  name: '抢险队',
  unit: '住建局',
  place: [106.68, 35.54],
  standing: { status: 'available' },
  since: now - hourMs,
  by: '李四',
}
const sheet = { at: now, sections: [{ section: 'incidents', total: 1, lines: ['甘沟路积水（E1）'] }] }
const session = { role: 'desk', name: '王某' }
const withPhones = shifts.map((shift) => ({ ...shift, people: shift.people.map((one) => ({ ...one, phone: '13900000000' })) }))

async function mounted(
  given: { readonly shifts?: readonly DutyShift[]; readonly now?: number; readonly name?: string; readonly locale?: 'en' } = {},
) {
  const asked = answerWith({
    'GET /api/session': { ...session, name: given.name ?? session.name },
    'GET /api/duty': { shifts: withPhones },
    'GET /api/handovers/sheet': { shift: shifts[0], sheet, note: '', handover: undefined },
    'GET /api/handovers/2026-11-24/day': { shift: shifts[0], sheet, note: '领导交办', handover: undefined },
    'POST /api/handovers': { command: 'c', at: now, by: '王某' },
    'POST /api/resources': { command: 'c', at: now, by: '王某' },
    'POST /api/duty/swaps': { command: 'c', at: now, by: '王某' },
  })
  const { page } = await mountPage(DutyPage, {}, '/desk/duty', {
    configuration: { duty: rules },
    pushed: { now: given.now ?? now, topics: { 'duty@620802': given.shifts ?? shifts, 'resources@620802': [team] } },
    ...(given.locale && { locale: given.locale }),
  })
  await flushPromises()
  return { page, posted: (path: string) => asked.find((one) => one.method === 'POST' && one.path === path)?.body }
}
const press = async (key: string): Promise<void> => {
  window.dispatchEvent(new KeyboardEvent('keydown', { key }))
  await flushPromises()
}

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('the duty desk', () => {
  it('says who is on duty with telephones, that nobody comes next, and what the sheet has', async () => {
    const { page } = await mounted()
    for (const part of ['带班领导 李某', '13900000000', '下一班未排班', '抢险队', '待命', '甘沟路积水（E1）', '尚未交班'])
      expect(page.text()).toContain(part)
  })

  it('says all of it in English', async () => {
    const { page } = await mounted({ locale: 'en' })
    for (const part of ['Shift chief 王某', 'Nobody is rostered for the next shift', 'Open incidents', 'Available'])
      expect(page.text()).toContain(part)
  })

  it('hands over by one key, as the contract has it', async () => {
    const { posted } = await mounted()
    await press('h')
    expect(handoverRequestSchema.parse(posted('/api/handovers'))).toMatchObject({ step: 'given', day: '2026-11-24', shift: 'day' })
  })

  it('does not let the giver take over, and lets another', async () => {
    const given = shifts.map((shift) =>
      shift.id === '2026-11-24/day' ? { ...shift, handover: { givenAt: now - minuteMs, givenBy: '王某', taken: undefined } } : shift,
    )
    const own = await mounted({ shifts: given })
    await press('j')
    expect(own.posted('/api/handovers')).toBeUndefined()
    expect(own.page.text()).toContain('交班人不能接自己的班')
    own.page.unmount()
    const other = await mounted({ shifts: given, name: '孙某' })
    await press('j')
    expect(handoverRequestSchema.parse(other.posted('/api/handovers'))).toMatchObject({ step: 'taken', givenAt: now - minuteMs })
  })

  it('says that a hand-over is late', async () => {
    const { page } = await mounted({ now: Date.parse('2026-11-24T16:31:00+08:00') })
    expect(page.find('[role=alert]').text()).toContain('2026-11-24 白班 已结束，交接班单未双签')
  })

  it('records a swap from the keyboard', async () => {
    const { page, posted } = await mounted()
    await press('s')
    const [name, , reason] = page.findAll('.swap input')
    await name?.setValue('孙某')
    await reason?.setValue('病假')
    await page.find('.swap').trigger('submit')
    await flushPromises()
    expect(swapRequestSchema.parse(posted('/api/duty/swaps'))).toMatchObject({ post: 'lead', from: '李某', to: { name: '孙某' }, reason: '病假' })
  })

  it('takes a resource out of service, and says since when it was seen', async () => {
    const { page, posted } = await mounted()
    await page
      .findAll('.resources button')
      .find((button) => button.text() === '停用')
      ?.trigger('click')
    await flushPromises()
    expect(resourceRequestSchema.parse(posted('/api/resources'))).toMatchObject({ id: 'T1', seen: team.since, to: { status: 'out-of-service' } })
  })
})

describe('resources for an incident', () => {
  it('has its own first, then the nearest, those of an unknown place last', () => {
    const place = [106.68, 35.54] as const
    const at = (id: string, given: Partial<Resource>): Resource => ({ ...team, id, name: id, ...given })
    const found = resourcesFor(
      { id: 'E1', place: [...place] },
      {
        resources: [
          at('unknown', { place: undefined }),
          at('near', {}),
          at('own', { place: [107, 35.6], standing: { status: 'assigned', incident: 'E1' } }),
          at('far', { place: [106.9, 35.54] }),
        ],
        vehicles: [],
        now,
      },
    )
    expect(found.map(({ id }) => id)).toEqual(['own', 'near', 'far', 'unknown'])
  })
})

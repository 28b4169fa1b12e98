import { describe, expect, it } from 'vitest'
import { attachmentLimits } from '../../../contract/supervision.ts'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { incidentDraft, indicatorDraft, originIn, unitIdOf, workOrderDraft } from '../../../client/src/desk/supervision/drafts.ts'
import { allOpen, blankForm, deskSteps, latestOf, listOrders, stepRequest, unitsOf } from '../../../client/src/desk/supervision/model.ts'
import { pinnedOrders, supervisionLines } from '../../../client/src/panels/supervision/model.ts'
import { acceptedFiles, blockOfFile, countCards, orderFace, pressingOrders, stepsSince } from '../../../client/src/supervision/orders.ts'
import { ownOrders, unitRequest, unitSteps } from '../../../client/src/unit/model.ts'
import { unit } from '../../support/registry.ts'
import { closed, day, now, orderOf, photo, stepOf } from './orders.ts'

const ids = (orders: readonly SupervisionOrder[]): readonly string[] => orders.map(({ id }) => id)
const card = (colour: SupervisionOrder['card']['colour']): Pick<SupervisionOrder, 'card'> => ({
  card: { colour, reason: colour === 'none' ? undefined : 'near', since: now },
})
const extension = { askedAt: now, by: '李四', unit: 'housing', dueAt: now + 9 * day, note: '管材未到' }

describe('open orders', () => {
  const some = [
    orderOf('1', card('yellow')),
    orderOf('2', { ...card('none'), dueAt: now + day }),
    orderOf('3', { ...card('red'), dueAt: now - day }),
    orderOf('4', { ...card('red'), dueAt: now - 2 * day }),
    orderOf('5', { ...card('yellow'), ...closed }),
  ]
  it('stand by the gravity of their card, then by due time; settled ones are none of them', () => {
    expect(ids(pressingOrders(some))).toEqual(['4', '3', '1', '2'])
    expect(countCards(pressingOrders(some))).toEqual({ red: 2, yellow: 1, blue: 0, none: 1 })
  })
  it('keep the red ones on every page, in half of it', () => {
    expect(ids(pinnedOrders(pressingOrders(some), 8))).toEqual(['4', '3'])
    expect(ids(pinnedOrders(pressingOrders(some), 3))).toEqual(['4'])
  })
  it('have a clock in the colour of the card, that stands still in review and is hatched when it was moved', () => {
    expect(orderFace(orderOf('1', card('yellow')), now)).toMatchObject({ tone: 'yellow', leftMs: 6 * day, isHatched: false })
    expect(orderFace(orderOf('1', { clock: 'overdue' }), now)).toMatchObject({ tone: 'plain' })
    expect(orderFace(orderOf('1', { stage: 'submitted', stageSince: now - day }), now)).toMatchObject({ leftMs: 7 * day })
    expect(orderFace(orderOf('1', { firstDueAt: now }), now).isHatched).toBe(true)
    expect(orderFace(orderOf('1', { ...card('red'), ...closed }), now).tone).toBe('done')
  })
  it('say on the wall what is gravest of how they stand', () => {
    const standing = (given: Partial<SupervisionOrder>): unknown => supervisionLines([orderOf('1', given)], now)[0]?.standing
    expect(standing({})).toEqual({ key: 'unacknowledged' })
    expect(standing({ acknowledgedBy: ['housing'], stage: 'acknowledged' })).toEqual({ key: 'stage', stage: 'acknowledged' })
    expect(standing({ acknowledgedBy: ['housing'], extension })).toEqual({ key: 'extension' })
    expect(standing({ escalation: { to: 'head', since: now }, extension })).toEqual({ key: 'escalated', to: 'head' })
    expect(standing({ escalation: { to: 'head', since: now }, stage: 'submitted' })).toEqual({ key: 'stage', stage: 'submitted' })
  })
})

describe('what others did since somebody looked', () => {
  const steps = [stepOf('issued'), stepOf('acknowledged'), stepOf('feedback')]
  it('are the steps beyond those that were seen', () => {
    expect(stepsSince({ steps, stepsDropped: 0 }, 1)).toEqual(steps.slice(1))
    expect(stepsSince({ steps, stepsDropped: 0 }, 3)).toEqual([])
    expect(stepsSince({ steps, stepsDropped: 50 }, 52)).toEqual(steps.slice(2))
    expect(stepsSince({ steps, stepsDropped: 50 }, 4)).toEqual(steps)
  })
})

describe('a file', () => {
  const limits = attachmentLimits({ megabytes: 20 })
  it('is refused before it is sent where the server would refuse it', () => {
    const why = (name: string, size = 1_000, before = 0) => blockOfFile({ name, size }, before, limits)
    expect(why('整改.PDF')).toBeUndefined()
    expect([why('a.exe'), why('jpg'), why('a.pdf', 20_000_001), why('a.pdf', 0), why('a.pdf', 1, 10), why(`${'a'.repeat(118)}.pdf`)]).toEqual([
      'ending',
      'ending',
      'too-large',
      'empty',
      'too-many',
      'name',
    ])
  })
  it('is chosen by ending and by type', () => {
    expect(acceptedFiles({ endings: { jpg: 'image/jpeg', jpeg: 'image/jpeg' } })).toBe('.jpg,.jpeg,image/jpeg')
  })
})

describe('the list of the desk', () => {
  const some = [
    orderOf('1', { origin: { kind: 'incident', id: 'E1' }, level: 'urgent' }),
    orderOf('2', { dueAt: now + day, leadUnit: 'police', supportingUnits: [] }),
    orderOf('3', { ...closed, title: '城东积水' }),
    orderOf('4', { ...closed, settledAt: now }),
  ]
  it('has the open ones by due time, or the settled ones, the latest first', () => {
    expect(ids(listOrders(some, allOpen))).toEqual(['2', '1'])
    expect(ids(listOrders(some, { ...allOpen, isSettled: true }))).toEqual(['4', '3'])
  })
  it('is narrowed by card, unit, level, origin and words', () => {
    expect(ids(listOrders(some, { ...allOpen, unit: 'dongguan' }))).toEqual(['1'])
    expect(ids(listOrders(some, { ...allOpen, level: 'urgent' }))).toEqual(['1'])
    expect(ids(listOrders(some, { ...allOpen, origin: 'hand' }))).toEqual(['2'])
    expect(ids(listOrders(some, { ...allOpen, card: 'red' }))).toEqual([])
    expect(ids(listOrders(some, { ...allOpen, isSettled: true, words: '积水 2026' }))).toEqual(['3'])
    expect(unitsOf(some)).toEqual(['dongguan', 'housing', 'police'])
  })
  it('shows whichever knows of more, the answer or what is pushed', () => {
    const [old, more] = [orderOf('1', { stepsDropped: 3 }), orderOf('1', { steps: [stepOf('issued'), stepOf('feedback')] })]
    expect(latestOf(undefined, old)).toBe(old)
    expect(latestOf(more, undefined)).toBe(more)
    expect(latestOf(more, orderOf('1', { steps: [stepOf('issued')], stepsDropped: 2 }))).toMatchObject({ stepsDropped: 2 })
    const contact = { name: '李四', phone: '0933-8215000' }
    expect(latestOf({ ...more, contact }, old)).toEqual({ ...old, contact })
    expect(latestOf(more, orderOf('1', { stage: 'submitted' }))).toEqual({ ...more, stage: 'submitted' })
  })
})

describe('what the desk may do', () => {
  it('follows from how the order stands', () => {
    expect(deskSteps(orderOf('1'))).toEqual(['acknowledged', 'reminded', 'feedback', 'submitted', 'accepted', 'amended', 'cancelled'])
    expect(deskSteps(orderOf('1', { stage: 'submitted', acknowledgedBy: ['housing', 'dongguan'], extension }))).toEqual([
      'extension-granted',
      'extension-refused',
      'accepted',
      'sent-back',
      'reminded',
      'feedback',
      'amended',
      'cancelled',
    ])
    expect(deskSteps(orderOf('1', closed))).toEqual([])
  })
  it('is asked with what was seen, and only with what the step has', () => {
    const order = orderOf('1')
    const filled = { ...blankForm(order, 'accepted'), note: ' 现场核查 ', files: [photo], hasDue: true, due: { workingDays: 3 } }
    expect(stepRequest(order, 'accepted', filled, 4)).toEqual({
      body: { step: 'accepted', seen: 4, note: '现场核查', attachments: [{ id: photo.id, name: photo.name }] },
    })
    expect(stepRequest(order, 'sent-back', filled, 4)).toEqual({ body: { step: 'sent-back', seen: 4, note: '现场核查', due: { workingDays: 3 } } })
    expect(stepRequest(order, 'acknowledged', blankForm(order, 'acknowledged'), 1)).toEqual({
      body: { step: 'acknowledged', seen: 1, unit: 'housing' },
    })
    expect(stepRequest(order, 'amended', { ...filled, hasDue: false, leadUnit: 'dongguan' }, 1)).toEqual({
      body: { step: 'amended', seen: 1, note: '现场核查', leadUnit: 'dongguan', supportingUnits: [] },
    })
  })
  it('says what is wanting before it is asked', () => {
    const order = orderOf('1')
    const form = blankForm(order, 'sent-back')
    expect(stepRequest(order, 'sent-back', form, 1)).toEqual({ block: 'note' })
    expect(stepRequest(order, 'sent-back', { ...form, note: 'x', hasDue: true }, 1)).toEqual({ block: 'due' })
    expect(stepRequest(order, 'amended', { ...form, note: 'x' }, 1)).toEqual({ block: 'nothing' })
    expect(stepRequest(order, 'accepted', { ...form, note: 'x\u202e' }, 1)).toEqual({ block: 'form' })
  })
})

describe('an order from what is seen', () => {
  const units = [unit({ id: 'housing', name: '区住房和城乡建设局', shortName: '住建局' }), unit({ id: 'police' })]
  it('knows its origin from the address', () => {
    expect(originIn('indicator:online_rate')).toEqual({ kind: 'indicator', id: 'online_rate' })
    expect(originIn('work-order:12:34')).toEqual({ kind: 'work-order', id: '12:34' })
    expect(['hand:1', 'indicator:', 'indicator', 'nothing:1', '', undefined, ['indicator:a']].map(originIn)).toEqual(Array(7).fill(undefined))
  })
  it('has the unit that answers for it, by whatever name, and a level', () => {
    const words = { title: '办件超期'.repeat(40), text: '…' }
    expect(unitIdOf([undefined, '住建局'], units)).toBe('housing')
    expect(unitIdOf(['税务局'], units)).toBe('')
    expect(indicatorDraft(words, ['税务局', 'police'], units)).toEqual({
      title: words.title.slice(0, 100),
      text: '…',
      level: 'important',
      leadUnit: 'police',
    })
    const overdue = { unit: '区住房和城乡建设局', clock: 'overdue' } as WorkOrder
    expect(workOrderDraft(words, overdue, units)).toMatchObject({ level: 'important', leadUnit: 'housing' })
    expect(workOrderDraft(words, { ...overdue, clock: 'running' }, units).level).toBe('normal')
    const incident = { unit: undefined, priority: 'urgent' } as Parameters<typeof incidentDraft>[1]
    expect(incidentDraft(words, incident, units)).toMatchObject({ level: 'urgent', leadUnit: '' })
  })
})

describe('what a unit may answer', () => {
  it('is less for one that supports, and for the time of the review', () => {
    expect(unitSteps(orderOf('1'), 'housing')).toEqual(['acknowledged', 'feedback', 'submitted', 'extension-asked'])
    expect(unitSteps(orderOf('1'), 'dongguan')).toEqual(['acknowledged', 'feedback'])
    expect(unitSteps(orderOf('1', { acknowledgedBy: ['housing'], extension }), 'housing')).toEqual(['feedback', 'submitted'])
    expect(unitSteps(orderOf('1', { stage: 'submitted' }), 'housing')).toEqual(['feedback'])
    expect(unitSteps(orderOf('1', closed), 'housing')).toEqual(['feedback'])
  })
  it('is asked with words, and an extension with its end', () => {
    const form = { note: '', due: undefined, files: [photo] }
    expect(unitRequest('acknowledged', form)).toEqual({ body: { step: 'acknowledged' } })
    expect(unitRequest('feedback', form)).toEqual({ block: 'note' })
    expect(unitRequest('extension-asked', { ...form, note: 'x' })).toEqual({ block: 'due' })
    expect(unitRequest('feedback', { ...form, note: 'x\u0000' })).toEqual({ block: 'form' })
    expect(unitRequest('submitted', { ...form, note: '已办结' })).toEqual({
      body: { step: 'submitted', note: '已办结', attachments: [{ id: photo.id, name: photo.name }] },
    })
    expect(unitRequest('extension-asked', { ...form, note: 'x', due: { workingDays: 2 } })).toEqual({
      body: { step: 'extension-asked', note: 'x', due: { workingDays: 2 } },
    })
  })
  it('lists the open ones by due time and the settled ones below', () => {
    const { open, settled } = ownOrders([
      orderOf('1'),
      orderOf('2', { dueAt: now }),
      orderOf('3', closed),
      orderOf('4', { ...closed, settledAt: now }),
    ])
    expect([ids(open), ids(settled)]).toEqual([
      ['2', '1'],
      ['4', '3'],
    ])
  })
})

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DutyShift } from '../../contract/duty.ts'
import type { Incident } from '../../contract/incident.ts'
import type { MeetingState } from '../../contract/meeting.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import { minuteMs } from '../../contract/time.ts'
import { runDuty } from '../../mock-streams/duty/duty.ts'
import { sessionsIn } from '../../mock-streams/office/kept-sessions.ts'
import { Person } from '../../mock-streams/office/person.ts'
import { startWhole, withoutDemonstration } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** Monday */
const clock = (time: string): number => Date.parse(`2026-11-23T${time}:00+08:00`)
const units = { housing: '演示住建', 'public-security': '演示公安', environment: '演示环境' }

async function house(from: string) {
  const whole = await startWhole({ now: clock(from), configure: withoutDemonstration })
  onTestFinished(() => whole.stop())
  let now = clock(from)
  const said: string[] = []
  const unitLink = async ([unit, name]: [string, string]) => {
    const { body } = await whole.press('/api/sign-in-links', { role: 'unit', name, unit })
    const { pathname, search } = new URL((body as { readonly url: string }).url)
    return { unit, link: `${whole.url}${pathname}${search}` }
  }
  /** Everybody signs in anew and works until then, looking once a minute. */
  const work = async (until: string): Promise<void> => {
    const ending = new AbortController()
    const links = {
      officer: await whole.signInLink('desk', '演示值班员'),
      presenter: await whole.signInLink('desk', '演示主持人'),
      units: await Promise.all(Object.entries(units).map(unitLink)),
    }
    const wait = async (): Promise<void> => {
      now += minuteMs
      if (now > clock(until)) ending.abort()
      else await whole.moveTo(now)
    }
    const sessions = sessionsIn(join(whole.dataDirectory, 'secrets/mock-duty.json'), 5)
    await runDuty({ links, sessions, now: () => now, wait, signal: ending.signal, say: (text) => said.push(text) })
  }
  const topic = async (kind: string): Promise<readonly unknown[]> => {
    const { body } = await whole.get(`/api/state?topics=${kind}@620802`)
    return (body as { readonly topics: Readonly<Record<string, readonly unknown[]>> }).topics[`${kind}@620802`] ?? []
  }
  return {
    whole,
    said,
    work,
    // a topic holds nothing but entities of its kind
    incidents: async () => (await topic('incidents')) as readonly Incident[],
    onDuty: async () => JSON.stringify((await topic('duty')).filter((shift) => (shift as DutyShift).people.length > 0)),
    meetings: async () => (await topic('meetings')) as readonly MeetingState[],
    orders: async () =>
      ((await whole.get('/api/supervisions?district=620802&state=all')).body as { readonly orders: readonly SupervisionOrder[] }).orders,
  }
}

const human = async (whole: Whole): Promise<Person> =>
  await Person.signIn(await whole.signInLink('desk', '张三'), sessionsIn(join(whole.dataDirectory, 'human.json'), 1), new AbortController().signal)

const stepsOf = ({ steps }: SupervisionOrder): readonly string[] => steps.map(({ step, by }) => `${step} ${by}`)

describe('the simulated people on duty', () => {
  it('make an incident of the underpass’s alarm, and see it through: one unit at once, one late, with more time', async () => {
    const { whole, work, said, incidents, orders, onDuty } = await house('09:00')
    const water = { kind: 'sensor-reading', sensor: 'JG-0002', quantity: 'manhole-level', at: clock('09:00'), value: 2.6, place: [106.7155, 35.5331] }
    expect((await whole.post('native', [water])).body).toMatchObject({ accepted: 1 })
    await work('10:30')
    // they go home, and others come with new links: what was done is not done again
    await work('11:15')
    expect(said).toEqual([])
    const [incident, ...others] = await incidents()
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      origin: { kind: 'alarm', id: 'manhole-level/JG-0002/manhole-level' },
      level: 'considerable',
      stage: 'closed',
      plan: { id: 'flood' },
    })
    expect(incident?.lines.map(({ act, by }) => `${act.what} ${by}`)).toEqual(
      ['opened', 'confirmed', 'plan-started', 'noted', 'noted', 'closed'].map((what) => `${what} 演示值班员`),
    )
    const [traffic, pumping] = (await orders()).toSorted((one, other) => one.issuedAt - other.issuedAt)
    expect(traffic && stepsOf(traffic)).toEqual([
      'issued 演示值班员',
      ...['acknowledged', 'feedback', 'submitted'].map((step) => `${step} 演示公安`),
      'accepted 演示值班员',
    ])
    expect(pumping && stepsOf(pumping)).toEqual([
      'issued 演示值班员',
      ...['acknowledged', 'feedback', 'extension-asked'].map((step) => `${step} 演示住建`),
      'extension-granted 演示值班员',
      'submitted 演示住建',
      'accepted 演示值班员',
    ])
    expect(pumping?.cards.map(({ colour }) => colour)).toContain('yellow')
    expect(await onDuty()).toContain('演示')
    expect([traffic?.note, pumping?.note, pumping?.stage]).toEqual(['演示数据', '演示数据', 'closed'])
  })

  it('have an order turn red in the afternoon, and hold a meeting on it that decides and closes by itself', async () => {
    const { work, said, incidents, orders, meetings } = await house('14:08')
    await work('16:50')
    expect(said).toEqual([])
    expect(await incidents()).toMatchObject([{ origin: { kind: 'caller' }, level: 'major', stage: 'closed' }])
    const late = (await orders()).find(({ leadUnit }) => leadUnit === 'environment')
    expect(late?.cards.map(({ colour }) => colour)).toContain('red')
    const [meeting, ...others] = await meetings()
    expect(others).toEqual([])
    expect(meeting).toMatchObject({ name: '演示调度会', state: 'closed', openedBy: '演示主持人' })
    expect(meeting?.items.at(-1)).toMatchObject({ kind: 'read-back' })
  })

  it('open no meeting while somebody holds one, and none after it on that day', async () => {
    const { whole, work, meetings } = await house('16:20')
    await whole.moveTo(clock('16:22'))
    const person = await human(whole)
    const items = [{ kind: 'topic', title: '排水管网', minutes: 5 }]
    const opened = (await person.post('/api/meetings/open', {
      ...{ command: randomUUID(), district: '620802', name: '今日调度会', cutOffAt: clock('16:21'), items },
    })) as { readonly id: string; readonly steps: number }
    await work('16:40')
    expect(await meetings()).toMatchObject([{ name: '今日调度会', state: 'running', presenter: '张三' }])
    await person.post(`/api/meetings/${opened.id}/steps`, { command: randomUUID(), seen: opened.steps, step: 'closed' })
    await work('17:00')
    expect(await meetings()).toMatchObject([{ name: '今日调度会', state: 'closed' }])
  })

  it('leave an incident alone that somebody has closed, and a meeting that somebody goes on with', async () => {
    const { whole, work, incidents, orders, meetings } = await house('16:24')
    await work('16:32')
    const person = await human(whole)
    const [incident] = await incidents()
    await person.post(`/api/incidents/${incident?.id ?? ''}/steps`, {
      ...{ command: randomUUID(), district: '620802', seen: incident?.lines.length, act: { what: 'closed', result: '误报' } },
    })
    const [meeting] = await meetings()
    expect(meeting).toMatchObject({ state: 'running', presenter: '演示主持人' })
    await person.post(`/api/meetings/${meeting?.id ?? ''}/steps`, { command: randomUUID(), seen: meeting?.steps, step: 'names', isHidden: true })
    const before = await orders()
    await work('16:50')
    expect(await meetings()).toMatchObject([{ state: 'running', presenter: '张三', item: meeting?.item }])
    expect((await incidents())[0]?.lines.map(({ by }) => by).at(-1)).toBe('张三')
    expect(await orders()).toHaveLength(before.length)
  })
})

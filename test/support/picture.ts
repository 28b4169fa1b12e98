import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { boardOf } from '../../mock-streams/duty/centre.ts'
import { fillRoster } from '../../mock-streams/duty/roster.ts'
import { storylines } from '../../mock-streams/duty/storylines.ts'
import { sessionsIn } from '../../mock-streams/office/kept-sessions.ts'
import { Person } from '../../mock-streams/office/person.ts'
import { startWhole } from './whole.ts'
import type { WindowSize } from './whole.ts'

/**
 * Takes pictures of the running product with its simulated upstreams: `tsx test/support/picture.ts [folder] [name …]`, in the sizes of the
 * environment's SIZES (`1920x1080,3840x2160`). Names are those below, or a path of a wall. The pictures in README.md are made by `npm run picture`.
 * What the day's stories bring about, whatever the hour, is done at once by somebody at the desk.
 */
const desks: Readonly<Record<string, string>> = { 'desk-orders': '/desk/orders', 'desk-incidents': '/desk/incidents' }
/** the last one, since it turns the walls to itself */
const meeting = 'meeting'
const usual = ['perceive', 'overview', 'dispatch', ...Object.keys(desks), meeting]

const [folder = 'dist/pictures', ...asked] = process.argv.slice(2)
const names = asked.length > 0 ? asked : usual
const sizes = (process.env['SIZES'] ?? '1920x1080').split(',').map((text): WindowSize => {
  const [width = 1920, height = 1080] = text.split('x').map(Number)
  return { width, height }
})
/** long enough for the back-fill, the first video frames and the map */
const settleMs = Number(process.env['SETTLE_MS'] ?? 12_000)
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, settleMs))

mkdirSync(folder, { recursive: true })
const whole = await startWhole()
try {
  await whole.startMocks()
  await settle()
  const officer = await Person.signIn(
    await whole.signInLink('desk', '演示值班员'),
    sessionsIn(join(whole.dataDirectory, 'secrets/pictures.json'), 1),
    new AbortController().signal,
  )
  const { district } = await boardOf(officer)
  await fillRoster(officer, district, Date.now())
  await bringAbout(officer, district)
  for (const name of names.filter((one) => one !== meeting)) for (const size of sizes) await take(name, size)
  if (names.includes(meeting)) await takeMeeting(officer, district)
  for (const address of whole.outside) console.error(`asked for outside: ${address}`)
  for (const error of whole.pageErrors) console.error(`page error: ${error}`)
} finally {
  await whole.stop()
}

async function take(name: string, size: WindowSize): Promise<void> {
  const desk = desks[name]
  const page =
    desk === undefined ? await whole.wallPage(`/${name}`, size) : await whole.pageBy(await whole.signInLink('desk', '演示值班员'), desk, size)
  await shoot(page, name, size)
}

async function shoot(page: Page, name: string, { width, height }: WindowSize): Promise<void> {
  await settle()
  const path = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}-${String(width)}x${String(height)}.jpg`)
  // a picture of the map is a third of what it is as .png
  await page.screenshot({ path, quality: 92 })
  console.log(path)
  await page.context().close()
}

/** The incidents of the day's stories with their orders, the first of which is acknowledged. */
async function bringAbout(officer: Person, district: string): Promise<void> {
  for (const { title, type, level, place, subdistrict, plan, orders } of storylines) {
    const opening = { command: randomUUID(), district, origin: { kind: 'caller' }, title, type, level, place, subdistrict, note: '演示数据' }
    // as: the centre's own answers
    const { id } = (await officer.post('/api/incidents', opening)) as { readonly id: string }
    const acts = [{ what: 'confirmed' }, { what: 'plan-started', plan }]
    for (const [seen, act] of acts.entries())
      await officer.post(`/api/incidents/${id}/steps`, { command: randomUUID(), district, seen: seen + 1, act })
    for (const [index, { title: task, text, level: urgency, unit, dueMinutes }] of orders.entries()) {
      const order = { title: task, text, level: urgency, leadUnit: unit, due: { at: Date.now() + dueMinutes * 60_000 }, note: '演示数据' }
      const issued = await officer.post('/api/supervisions', { command: randomUUID(), district, origin: { kind: 'incident', id }, ...order })
      const { id: of } = issued as { readonly id: string }
      if (index === 0) await officer.post(`/api/supervisions/${of}/steps`, { command: randomUUID(), seen: 1, step: 'acknowledged' })
    }
  }
}

/** On the agenda that the rules make, at its first incident, with a decision on it. */
async function takeMeeting(presenter: Person, district: string): Promise<void> {
  // as: the centre's own answers
  const draft = (await presenter.get(`/api/meetings/agenda?district=${district}`)) as {
    readonly cutOffAt: number
    readonly items: readonly { readonly kind: string }[]
  }
  const opened = await presenter.post('/api/meetings/open', { command: randomUUID(), district, name: '演示调度会', ...draft })
  const { id, steps } = opened as { readonly id: string; readonly steps: number }
  const index = Math.max(
    0,
    draft.items.findIndex(({ kind }) => kind === 'incident'),
  )
  const item = `i${String(index + 1)}`
  if (index > 0) await presenter.post(`/api/meetings/${id}/steps`, { command: randomUUID(), seen: steps, step: 'item', item })
  const decision = { text: '沿线泵站和危化品运输路段本周内逐一排查（演示数据）', leadUnit: 'emergency', level: 'important', workingDays: 3 }
  await presenter.post(`/api/meetings/${id}/decisions`, { command: randomUUID(), item, ...decision })
  for (const size of sizes) await shoot(await whole.wallPage('/dispatch', size), meeting, size)
}

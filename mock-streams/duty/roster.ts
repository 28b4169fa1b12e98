import type { Person } from '../office/person.ts'
import { commandOf } from './centre.ts'

/** 值班表 of the simulated city: who serves when, as a file that the centre imports like any other. */

/** A shift as the centre tells it. */
interface ShiftSeen {
  readonly day: string
  readonly name: string
  readonly to: number
  readonly people: readonly object[]
}

/** each post's people, who take turns by the day and the shift */
const rota: readonly { readonly post: string; readonly unit: string; readonly phone: string; readonly people: readonly string[] }[] = [
  { post: '带班领导', unit: '区政府办', phone: '0933-0000001', people: ['演示甲', '演示乙', '演示丙'] },
  { post: '值班长', unit: '政务服务中心', phone: '0933-0000012', people: ['演示丁', '演示戊', '演示己', '演示庚'] },
  { post: '值班员', unit: '', phone: '0933-0000020', people: ['演示辛', '演示壬', '演示癸', '演示子', '演示丑'] },
  { post: '技术保障', unit: '', phone: '0933-0000031', people: ['演示寅', '演示卯', '演示辰'] },
  { post: '值班联系人', unit: '住建局', phone: '0933-0000036', people: ['演示巳', '演示午'] },
  { post: '值班联系人', unit: '应急局', phone: '0933-0000058', people: ['演示未', '演示申'] },
]

/** The lines of days whose shifts have nobody yet: days that somebody has rostered are left as they are. Empty where there are none. */
export function rosterFor(shifts: readonly ShiftSeen[], now: number): string {
  const days = new Set(shifts.filter(({ to }) => to > now).map(({ day }) => day))
  // of the last day not every shift is told yet
  days.delete(shifts.at(-1)?.day ?? '')
  for (const { day, people } of shifts) if (people.length > 0) days.delete(day)
  const lines = shifts.flatMap(({ day, name }, index) =>
    days.has(day)
      ? rota.map(({ post, unit, phone, people }) => [day, name, post, people[(turnOf(day) + index) % people.length] ?? '', unit, phone].join(','))
      : [],
  )
  return lines.length === 0 ? '' : ['日期,班次,岗位,姓名,单位,电话', ...lines].join('\r\n')
}

const turnOf = (day: string): number => Math.floor(Date.parse(day) / 86_400_000)

/** Imports what is missing of the days to come. @throws Error where the centre refuses it */
export async function fillRoster(officer: Person, district: string, now: number): Promise<void> {
  // as: the centre's own answers
  const { shifts } = (await officer.get(`/api/duty?district=${district}`)) as { readonly shifts: readonly ShiftSeen[] }
  const roster = rosterFor(shifts, now)
  if (roster === '') return
  const query = new URLSearchParams({ district, command: commandOf('roster', district, roster), file: '演示值班表.csv' })
  const { mistakes } = (await officer.send(`/api/duty/roster?${query.toString()}`, roster)) as {
    readonly mistakes: readonly { readonly problem: string }[]
  }
  const [first] = mistakes
  if (first !== undefined) throw new Error(`the roster is not taken: ${first.problem}`)
}

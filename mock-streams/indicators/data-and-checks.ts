import { dayNumberOf, firstDayOfYear, localHour, hourMs, monthOf } from '../calendar.ts'
import { dice } from '../chance.ts'
import type { DataItem, ValueAt } from './data-item.ts'
import { fixed, growing, item, partOf } from './data-item.ts'
import * as of from './members.ts'
import type { Member, Theme } from './members.ts'
import { bunchedShare, startOfYear, workedShare, yearShare } from './progress.ts'

/** 一件事: a theme counts as one with cases from its first on; those of the year before count from its start. */
const hasCases = (theme: Theme, at: number): boolean => yearShare(at) >= theme.from
const casesOf = (theme: Theme, at: number): number => Math.floor(theme.weight * Math.max(0, yearShare(at) - theme.from))
const perTheme = (code: string, unit: string, valueOf: (theme: Theme, at: number) => number): DataItem =>
  item({
    code,
    unit,
    members: of.themes,
    // only themes are members of these items
    valueAt: (_seed, member, at) => valueOf(member as Theme, at),
  })

const oneMatters: readonly DataItem[] = [
  perTheme('YJS01', '个', () => 1),
  perTheme('YJS02', '个', (theme, at) => (hasCases(theme, at) ? 1 : 0)),
  perTheme('YJS03', '件', casesOf),
  perTheme('YJS04', '件', (theme, at) => Math.floor(casesOf(theme, at) * (0.86 + (theme.names[0].length % 4) * 0.03))),
]

const certificates = growing('ZZ01', of.certificateUnits, { from: 3_930_000, to: 3_992_000 })
const collected = partOf('ZZ02', certificates, { from: 88, to: 100.6 })
const catalogue = growing('ML01', of.departments, { from: 15_020, to: 19_100 })
const applications = growing('ML03', of.sharingUnits, { from: 118, to: 214 })

/** 教育局 has reported no seals since 12 October. */
const seals = growing('ZZ04', of.sealUnits, { from: 310, to: 1_398 })
const sealsReported: ValueAt = (seed, member, at) => {
  const silentFrom = Date.UTC(new Date(firstDayOfYear(dayNumberOf(at)) * 86_400_000).getUTCFullYear(), 9, 12) / 86_400_000
  return member.names.includes('教育局') && dayNumberOf(at) >= silentFrom ? undefined : seals(seed, member, at)
}

/** 5.13 亿 in a year at an even pace; a day's share is more or less, and stays in its day. */
const recordsAt: ValueAt = (seed, { weight, names: [name] }, at) => {
  const day = dayNumberOf(at)
  const year = new Date(firstDayOfYear(day) * 86_400_000).getUTCFullYear()
  const wobble = at === startOfYear(at) ? 0 : (0.4 * (dice(seed, 'records', name, day)() - 0.5)) / 365
  const perYear = (513_000_000 * weight) / 461
  return Math.round(perYear * (2.6 + year - 2026 + yearShare(at) + wobble))
}

const gathered: readonly DataItem[] = [
  item({ code: 'ZZ01', unit: '件', members: of.certificateUnits, valueAt: certificates }),
  item({ code: 'ZZ02', unit: '件', members: of.certificateUnits, valueAt: collected }),
  item({ code: 'ZZ03', unit: '件', members: of.certificateUnits, valueAt: partOf('ZZ03', collected, { from: 79, to: 98.6 }) }),
  item({ code: 'ZZ04', unit: '枚', members: of.sealUnits, valueAt: sealsReported }),
  item({ code: 'ML01', unit: '条', members: of.departments, valueAt: catalogue }),
  item({ code: 'ML02', unit: '条', members: of.departments, valueAt: partOf('ML02', catalogue, { from: 82, to: 98.8 }) }),
  // due every day, sent once a week: the wall says how late it is
  item({ code: 'ML03', unit: '件', members: of.sharingUnits, rhythm: 'weekly', valueAt: applications }),
  item({ code: 'ML04', unit: '件', members: of.sharingUnits, rhythm: 'weekly', valueAt: partOf('ML04', applications, { from: 48, to: 71 }) }),
  item({ code: 'HJ01', unit: '条', members: of.sectors, valueAt: recordsAt }),
]

/** 抽检: each week six to ten of a unit, of which nearly all pass. Each batch is of its own instant. */
const batch = (code: string, seed: number, { names: [name] }: Member, at: number): number =>
  6 + Math.floor(5 * dice(seed, code, name, dayNumberOf(at))())
function passed(code: string, percent: number, checked: string): ValueAt {
  return (seed, member, at) => {
    const roll = dice(seed, code, member.names[0], dayNumberOf(at))
    const all = batch(checked, seed, member, at)
    return Array.from({ length: all }, roll).filter((each) => each * 100 < percent).length
  }
}

/** What is checked and what passes. Batches are of their own; nothing is checked in the first hours of a year. */
function checks(unit: string, [checked, good]: readonly [string, string], percent: number): readonly DataItem[] {
  const usual = { unit, members: of.checkedUnits, rhythm: 'weekly', isBatch: true } as const
  return [
    item({ ...usual, code: checked, valueAt: (seed, member, at) => batch(checked, seed, member, at) }),
    item({ ...usual, code: good, valueAt: passed(good, percent, checked) }),
  ]
}

const kiosks: ValueAt & ((seed: number, member: Member) => number) = (_seed: number, { weight }: Member) => weight
/** Seven of them are used by nobody. */
const unusedIn = of
  .named(of.townUnits, '索罗乡', '上杨乡', '麻武乡', '峡门乡', '大秦乡', '香莲乡', '平凉崆峒山大景区管理委员会')
  .map(({ names }) => names[0])
const kiosksUsed: ValueAt = (_seed, { weight, names: [name] }) => weight - (unusedIn.includes(name) ? 1 : 0)
/** Some start anew between two and five at night. */
const kiosksOnline: ValueAt = (seed, { weight, names: [name] }, at) => {
  const isRestarting = localHour(at) >= 2 && localHour(at) < 5 && dice(seed, 'restart', name, Math.floor(at / hourMs))() < 0.05
  return weight - (isRestarting ? 1 : 0)
}

/** The office enters them, since no system knows how many a year will have. */
export const casesDue = fixed('BJ01', of.departments, 466_000)
/** 住建局 enters 45 % of a month's cases on its 20th; all together are well behind the even pace. */
const casesReturned: ValueAt = (seed, member, at) => {
  const isBunching = member.names.includes('住建局')
  const share = isBunching ? bunchedShare(at, { day: 20, hour: 16, weight: 0.45 }) : workedShare(at)
  const pace = 0.865 + 0.1 * (dice(seed, 'BJ02', member.names[0])() - 0.5)
  return Math.floor(casesDue(seed, member, at) * Math.min(1, pace * share))
}

const used: readonly DataItem[] = [
  ...checks('项', ['CJ01', 'CJ02'], 96),
  ...checks('项', ['CJ03', 'CJ04'], 94),
  ...checks('份', ['CJ05', 'CJ06'], 92),
  ...checks('份', ['CJ07', 'CJ08'], 95),
  item({ code: 'ZD01', unit: '台', members: of.kioskUnits, valueAt: kiosks }),
  item({ code: 'ZD02', unit: '台', members: of.kioskUnits, valueAt: kiosksUsed }),
  item({ code: 'ZD03', unit: '台', members: of.kioskUnits, rhythm: 'hourly', valueAt: kiosksOnline }),
  item({ code: 'BJ02', unit: '件', members: of.departments, rhythm: 'hourly', valueAt: casesReturned }),
  item({ code: 'BJ03', unit: '人次', members: of.departments, valueAt: growing('BJ03', of.departments, { from: 0, to: 31 }) }),
]

/** 知识库抽查: twenty entries of a unit a month, of which one is wrong now and then. */
export const entriesSampled: ValueAt = () => 20
export const entriesCorrect: ValueAt = (seed, { names: [name] }, at) => 20 - Math.floor(1.5 * dice(seed, 'ZS02', name, monthOf(dayNumberOf(at)))())
/** On the first of each month, so that a year has samples from its first morning on; the office enters the others' when a month is over. */
const answered: readonly DataItem[] = [
  item({ code: 'ZS01', unit: '条', members: of.selfCheckedUnits, rhythm: 'monthly', isBatch: true, valueAt: entriesSampled }),
  item({ code: 'ZS02', unit: '条', members: of.selfCheckedUnits, rhythm: 'monthly', isBatch: true, valueAt: entriesCorrect }),
]

const links = fixed('WZ03', of.websiteUnits, 6_120)
/** By a crawl of the websites. */
const crawled: readonly DataItem[] = [
  item({ code: 'WZ03', unit: '个', members: of.websiteUnits, rhythm: 'weekly', valueAt: links }),
  item({ code: 'WZ04', unit: '个', members: of.websiteUnits, rhythm: 'weekly', valueAt: partOf('WZ04', links, { from: 71, to: 94.5 }) }),
]

export const dataAndChecks: readonly DataItem[] = [...oneMatters, ...gathered, ...used, ...answered, ...crawled]

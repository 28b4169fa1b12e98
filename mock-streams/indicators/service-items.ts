import { dice } from '../chance.ts'
import type { DataItem, ValueAt } from './data-item.ts'
import { fixed, item, growing, partOf } from './data-item.ts'
import { departments, enterpriseUnits, itemUnits, townUnits } from './members.ts'
import type { Member } from './members.ts'
import { bunchedShare } from './progress.ts'

/** Users and service items. What climbs to 107 % of the way is ahead of an even pace, to 93.5 % behind it. */

/** No system counts them: the office enters them. */
export const residents = fixed('RK01', townUnits, 504_848)
const profileFields = fixed('YH02', townUnits, 3_630_000)
const entities = growing('YH04', enterpriseUnits, { from: 39_200, to: 41_300 })
const legalFields = fixed('YH06', enterpriseUnits, 251_000)
const users = growing('YH08', townUnits, { from: 352_000, to: 401_000 })

const perTown = (code: string, unit: string, valueAt: ValueAt): DataItem => item({ code, unit, members: townUnits, valueAt })
const perEnterpriseUnit = (code: string, unit: string, valueAt: ValueAt): DataItem => item({ code, unit, members: enterpriseUnits, valueAt })

const people: readonly DataItem[] = [
  perTown('YH01', '人', partOf('YH01', residents, { from: 62, to: 72.5 })),
  perTown('YH02', '项', profileFields),
  perTown('YH03', '项', partOf('YH03', profileFields, { from: 71, to: 84 })),
  perEnterpriseUnit('YH04', '户', entities),
  perEnterpriseUnit('YH05', '户', partOf('YH05', entities, { from: 55, to: 66 })),
  perEnterpriseUnit('YH06', '项', legalFields),
  perEnterpriseUnit('YH07', '项', partOf('YH07', legalFields, { from: 60, to: 74 })),
  perTown('YH08', '户', users),
  perTown('YH09', '户', partOf('YH09', users, { from: 11, to: 25 })),
]

/** Departments have 50 to 180 items, towns about 60. */
const items = (seed: number, { names: [name] }: Member): number => {
  const [low, high] = /[镇乡府处会]$/.test(name) ? [54, 70] : [50, 180]
  return Math.round(low + (high - low) * dice(seed, 'items', name)())
}
const less = (code: string, most: number): ((seed: number, member: Member) => number) => {
  return (seed, member) => items(seed, member) - Math.floor((most + 1) * dice(seed, code, member.names[0])())
}
const toPutOnline = less('SX04', 4)
const toStation = less('SX13', 3)
const onPlatform = less('SX10', 20)
const statutoryDays = (seed: number, member: Member): number => items(seed, member) * 14
const reduced = partOf('SX03', statutoryDays, { from: 86, to: 95.3 })
const withCases = partOf('SX08', items, { from: 52, to: 75.5 })

/** Electronic forms are made by one for all, and bound on the tenth of the month. */
const formsBound: ValueAt = (seed, member, at) => {
  const done = bunchedShare(at, { day: 10, hour: 7, weight: 0.55 })
  return Math.floor((items(seed, member) * (61 + 21 * done)) / 100 + dice(seed, 'SX16', member.names[0])())
}

const perUnit = (code: string, unit: string, valueAt: ValueAt): DataItem => item({ code, unit, members: itemUnits, valueAt })
const perDepartment = (code: string, valueAt: ValueAt): DataItem => item({ code, unit: '项', members: departments, valueAt })

const services: readonly DataItem[] = [
  perUnit('SX01', '项', items),
  perUnit('SX02', '工作日', statutoryDays),
  perUnit('SX03', '工作日', (seed, member, at) => statutoryDays(seed, member) - reduced(seed, member, at)),
  perUnit('SX04', '项', toPutOnline),
  perUnit('SX05', '项', partOf('SX05', toPutOnline, { from: 98.2, to: 101 })),
  perUnit('SX06', '项', partOf('SX06', toPutOnline, { from: 94, to: 97.74 })),
  perUnit('SX07', '项', partOf('SX07', items, { from: 93, to: 103 })),
  perUnit('SX08', '项', withCases),
  perUnit('SX09', '项', partOf('SX09', withCases, { from: 38, to: 61 })),
  perDepartment('SX10', onPlatform),
  perDepartment('SX11', partOf('SX11', onPlatform, { from: 80, to: 101.2 })),
  perDepartment('SX12', growing('SX12', departments, { from: 0, to: 1_027 })),
  perUnit('SX13', '项', toStation),
  perUnit('SX14', '项', partOf('SX14', toStation, { from: 96, to: 102 })),
  perUnit('SX15', '项', partOf('SX15', toStation, { from: 96, to: 101.6 })),
  perUnit('SX16', '项', formsBound),
]

export const peopleAndServices: readonly DataItem[] = [...people, ...services]

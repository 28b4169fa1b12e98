import iconv from 'iconv-lite'
import { Agenda } from '../agenda.ts'
import { dayMs, dayNumberOf, dayText, hourMs, isWorkday } from '../calendar.ts'
import { between, dice } from '../chance.ts'
import type { City } from '../city/scenario.ts'
import { isFestive } from '../city/scenario.ts'
import { towns } from '../city/towns.ts'
import type { Town } from '../city/towns.ts'
import { dropFolder, dropWithMarker } from '../drop.ts'
import type { Upstream } from '../upstream.ts'

const backfillDays = 10

/** 社保一卡通: each night at half past one a file of the day before, in GBK, and a marker that says it is whole. */
export const socialCard: Upstream = {
  feed: 'social-card',
  async run(surroundings) {
    const { city, dataDirectory } = surroundings
    // 01:30 local is 17:30 UTC
    const agenda = new Agenda({ everyMs: dayMs, backfillMs: backfillDays * dayMs, phaseMs: 17.5 * hourMs }, surroundings)
    for (let at = await agenda.due(); at !== undefined; at = await agenda.due()) {
      const day = dayNumberOf(at) - 1
      await dropWithMarker(dropFolder(dataDirectory, 'social-card'), fileName(day), fileOf(city, day))
      agenda.done()
    }
  },
}

export const fileName = (day: number): string => `SBK_${dayText(day).replaceAll('-', '')}.csv`

/** 医保, 养老 and other uses of a day: pensions are drawn in the middle of the month, fewer cards are used when offices are shut. */
function usesOf(city: City, town: Town, day: number): readonly [number, number, number] {
  const roll = dice(city.seed, 'card', town.code, day)
  const rest = isFestive(city, day) ? 0.4 : isWorkday(day) ? 1 : 0.62
  const isPensionWeek = [12, 13, 14, 15, 16].includes(Number(dayText(day).slice(8)))
  const share = town.weight * rest
  return [
    Math.round(share * between(14, 18, roll)),
    Math.round(share * (isPensionWeek ? 6 : 1.4) * between(0.9, 1.1, roll)),
    Math.round(share * between(1.6, 2.4, roll)),
  ]
}

const thousands = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',')
const cell = (text: string): string => (text.includes(',') ? `"${text}"` : text)

/** A title, names of columns, a row for each town, a total. The clerk's name and telephone stand in every row, as such files have them. */
export function fileOf(city: City, day: number): Buffer {
  const date = dayText(day).replaceAll('-', '/')
  const rows = towns.map((town) => {
    const uses = usesOf(city, town, day)
    const total = uses.reduce((sum, count) => sum + count, 0)
    return [date, town.code, town.name, ...uses.map(thousands), thousands(total), '赵丽娟 0933-8223156']
  })
  const all = towns.reduce((sum, town) => sum + usesOf(city, town, day).reduce((one, other) => one + other, 0), 0)
  const lines = [
    ['崆峒区社会保障卡用卡日报'],
    ['统计日期', '行政区划', '乡镇街道', '医保结算', '养老待遇', '其他用卡', '合计', '经办人'],
    ...rows,
    ['合计', '', '', '', '', '', thousands(all), ''],
  ]
  return iconv.encode(`${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`, 'gbk')
}

import { trendMs } from '../agenda.ts'
import { dayNumberOf, isWorkday, localHour, minuteMs, startOfDayNumber, timeText, weekdayOf } from '../calendar.ts'
import { clamp, daily, drift } from '../city/course.ts'
import type { City } from '../city/scenario.ts'
import { isFestive } from '../city/scenario.ts'
import { startFrontDatabase } from '../front-database/server.ts'
import type { Table } from '../front-database/table.ts'
import { untilAborted } from '../listening.ts'
import type { Upstream } from '../upstream.ts'

/** 医疗就诊: the front-end database of the health commission, a MySQL with one table. */
export const medical: Upstream = {
  feed: 'medical',
  secretName: 'demo-medical',
  async run({ city, now, ports, signal }, password) {
    const tables = { mzjz_tj: visitsTable(city, now) }
    const database = await startFrontDatabase({ port: ports.medical, host: '127.0.0.1', user: 'yiping', password, tables })
    await untilAborted(signal)
    await database.close()
  },
}

interface Hospital {
  readonly code: string
  readonly name: string
  /** outpatients of an ordinary Monday */
  readonly daily: number
  /** minutes to wait when it is full */
  readonly wait: number
}

export const hospitals: readonly Hospital[] = [
  { code: 'YY001', name: '平凉市人民医院', daily: 2_450, wait: 68 },
  { code: 'YY002', name: '平凉市第二人民医院', daily: 1_620, wait: 52 },
  { code: 'YY003', name: '平凉市中医医院', daily: 1_180, wait: 44 },
  { code: 'YY004', name: '崆峒区人民医院', daily: 760, wait: 36 },
  { code: 'YY005', name: '崆峒区妇幼保健院', daily: 540, wait: 41 },
]

/** Share of the day's outpatients in each hour: full mornings, short afternoons, the emergency room at night. */
const arrivals = [6, 4, 3, 3, 4, 6, 14, 72, 132, 140, 118, 62, 30, 38, 84, 86, 68, 44, 24, 20, 16, 12, 10, 8]
const weekdays = [0.5, 1.15, 1.05, 1, 0.98, 0.95, 0.6]

const stepMs = 15 * minuteMs

/** Whole numbers that grow within a day: each quarter's share is decided by itself. */
function outpatientsBy({ code, daily: usual }: Hospital, city: City, at: number): number {
  const day = dayNumberOf(at)
  const share = isFestive(city, day) ? 0.4 : isWorkday(day) ? (weekdays[weekdayOf(day)] ?? 1) : 0.55
  const quarters = Math.round(localHour(at) * 4)
  const midnight = startOfDayNumber(day)
  const total = arrivals.reduce((sum, each) => sum + each, 0)
  const parts = Array.from({ length: quarters }, (_, index) => {
    const when = midnight + index * stepMs
    return Math.max(0, Math.round(((usual * share * daily(arrivals, when)) / total / 4) * (1 + 0.2 * drift(city.seed, code, when, stepMs))))
  })
  return parts.reduce((sum, each) => sum + each, 0)
}

const waitAt = ({ code, wait }: Hospital, city: City, at: number): number =>
  clamp((wait * daily(arrivals, at - 30 * minuteMs)) / 132 + 6 + 4 * drift(city.seed, `wait-${code}`, at, 3 * stepMs), 2, 180)

/** The rows of the last hours. Each is written two minutes after its time; who wrote it, and the last patient called, stand beside the figures. */
export function visitRows(city: City, now: number): readonly object[] {
  const latest = Math.floor((now - 2 * minuteMs) / stepMs)
  const first = latest - trendMs / stepMs
  return Array.from({ length: latest - first }, (_, index) => first + 1 + index).flatMap((step) =>
    hospitals.map((hospital, index) => ({
      id: step * 10 + index,
      yybm: hospital.code,
      yymc: hospital.name,
      tjsj: timeText(step * stepMs),
      mzrc: outpatientsBy(hospital, city, step * stepMs),
      pjhz: waitAt(hospital, city, step * stepMs).toFixed(1),
      zhjh: '陈秀英 622701198503120426',
      gxsj: timeText(step * stepMs + 2 * minuteMs),
    })),
  )
}

function visitsTable(city: City, now: () => number): Table {
  return {
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'yybm', type: 'varchar' },
      { name: 'yymc', type: 'varchar' },
      { name: 'tjsj', type: 'datetime' },
      { name: 'mzrc', type: 'int' },
      { name: 'pjhz', type: 'decimal' },
      { name: 'zhjh', type: 'varchar' },
      { name: 'gxsj', type: 'datetime' },
    ],
    rows: () => visitRows(city, now()),
  }
}

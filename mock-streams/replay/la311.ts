import type { Recording } from './recordings.ts'

/**
 * City of Los Angeles, MyLA311 Service Request Data 2017: what the city's system would have said of each request when it was made, and once
 * more when it had ended. A file holds only the end.
 */

const cell = (row: Readonly<Record<string, string>>, column: string): string => row[column] ?? ''

const timeParts = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2}):(\d{2}) (AM|PM)$/

/** Pacific time, whose summer time began on the second Sunday of March and ended on the first of November at two (rule since 2007). */
function instantOf(text: string, column: string): number {
  const [, month, day, year, hour, minute, second, half] = timeParts.exec(text) ?? []
  if (half === undefined) throw new Error(`${column}: ${JSON.stringify(text)} is not a time such as "12/31/2017 11:59:58 PM"`)
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), (Number(hour) % 12) + (half === 'PM' ? 12 : 0), Number(minute), Number(second))
  return local + (isSummer(local) ? 7 : 8) * 3_600_000
}

function isSummer(local: number): boolean {
  const year = new Date(local).getUTCFullYear()
  return local >= sundayAtTwo(year, 2, 2) && local < sundayAtTwo(year, 10, 1)
}

/** 02:00 of the n-th Sunday of a month. */
function sundayAtTwo(year: number, month: number, nth: number): number {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay()
  return Date.UTC(year, month, 1 + ((7 - first) % 7) + 7 * (nth - 1), 2)
}

export const la311: Recording = {
  feed: 'la311',
  columns: ['SRNumber', 'CreatedDate', 'UpdatedDate', 'ClosedDate', 'Status', 'Owner', 'RequestType', 'Address', 'Latitude', 'Longitude', 'APC'],
  messagesOf(row) {
    const createdAt = instantOf(cell(row, 'CreatedDate'), 'CreatedDate')
    const asCreated = { ...row, Status: 'Open', ClosedDate: '', UpdatedDate: cell(row, 'CreatedDate') }
    const begun = { at: createdAt, message: asCreated }
    if (cell(row, 'Status') === 'Open') return [begun]
    const column = cell(row, 'ClosedDate') === '' ? 'UpdatedDate' : 'ClosedDate'
    // a few rows were closed, by another clock of theirs, minutes before they were created
    return [begun, { at: Math.max(createdAt, instantOf(cell(row, column), column)), message: row }]
  },
  totals: {
    status: (row) => cell(row, 'Status'),
    owner: (row) => cell(row, 'Owner'),
    type: (row) => cell(row, 'RequestType'),
    coordinates: (row) => (cell(row, 'Latitude') === '' || cell(row, 'Longitude') === '' ? 'without' : 'with'),
  },
}

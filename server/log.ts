import type { Clock } from './core/clock.ts'
import { minuteMs } from '../contract/time.ts'

export type Level = 'info' | 'warn' | 'error'
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void

/** Foreign text in a log line is quoted and cut at this length. */
const longestField = 300

/**
 * A log that cannot flood: the first line of a message is written at once, further ones of the same message, of the same feed where it
 * names one, within a minute are counted and written as one line when the minute is over. Of a file that somebody is mending each new
 * text is written. Messages are fixed texts; what varies goes into `fields`.
 */
export function createLog(clock: Clock, write: (level: Level, line: string) => void): Log {
  const repeated = new Map<string, number>()
  return (level, message, fields = {}) => {
    const { feed, file } = fields
    const about = { ...(typeof feed === 'string' ? { feed } : {}), ...(typeof file === 'string' ? { file } : {}) }
    const name = `${message}\0${JSON.stringify(typeof file === 'string' ? fields : about)}`
    const seen = repeated.get(name)
    if (seen !== undefined) {
      repeated.set(name, seen + 1)
      return
    }
    write(level, lineOf(clock, level, message, fields))
    if (level === 'info') return
    repeated.set(name, 0)
    clock.after(minuteMs, () => {
      const count = repeated.get(name) ?? 0
      repeated.delete(name)
      if (count > 0) write(level, lineOf(clock, level, message, { ...about, repeated: count, within: '1 min' }))
    })
  }
}

function lineOf(clock: Clock, level: Level, message: string, fields: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(shorten(value))}`)
  return `${new Date(clock.now()).toISOString()} ${level} ${message}${told.join('')}`
}

function shorten(value: unknown): unknown {
  const plain = value instanceof Error ? value.message : value
  return typeof plain === 'string' && plain.length > longestField ? `${plain.slice(0, longestField)}…` : plain
}

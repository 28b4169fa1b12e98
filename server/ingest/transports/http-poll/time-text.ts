import type { Instant } from '../../../../contract/time.ts'

/** An instant as an upstream wants it told: epoch ms or s, ISO 8601 in UTC, or `yyyy-MM-dd HH:mm:ss` in `zone`. */
export function timeText(at: Instant, format: 'ms' | 's' | 'iso' | 'local', zone: string): string {
  switch (format) {
    case 'ms':
      return String(at)
    case 's':
      return String(Math.floor(at / 1_000))
    case 'iso':
      return new Date(at).toISOString()
    case 'local':
      // Swedish is written as the upstreams here write it
      return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
  }
}

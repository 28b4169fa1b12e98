import { secondMs } from '../../../contract/time.ts'
import type { DownReason } from './wire.ts'

const firstMs = secondMs / 2
const longestMs = 10 * secondMs

/**
 * P5.4: how long to wait before trying again. Doubles from half a second to ten, less up to half of it by chance, so that a hundred walls
 * do not return to a restarted server in the same instant. Without a session only an operator can help: ten seconds, always.
 * @param attempt 0 after the first failure in a row
 * @param chance  [0, 1)
 */
export function backOffMs(attempt: number, reason: DownReason, chance: number): number {
  if (reason === 'unauthorised') return longestMs
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10))
  return fullMs * (1 - chance / 2)
}

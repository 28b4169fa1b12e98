import { between, dice, pick } from '../chance.ts'

/** How one of the systems goes about what it was told of: the same for the same city, system and subject. */

export interface Answer {
  /** after it was told, ms */
  readonly afterMs: number
  readonly answer: 'acknowledged' | 'on-the-way' | 'arrived' | 'feedback' | 'done'
  readonly by: string
  readonly note: string
}

const crews: Readonly<Record<string, readonly string[]>> = {
  'emergency-dispatch': ['救援一队', '救援二队', '值班室'],
  'traffic-police': ['一中队', '二中队', '事故中队'],
}

const secondMs = 1_000
const minuteMs = 60 * secondMs

export function courseOf(seed: number, system: string, subject: string): readonly Answer[] {
  const roll = dice(seed, 'linked', system, subject)
  const by = pick(crews[system] ?? ['值班员'], roll)
  const people = 2 + Math.floor(roll() * 7)
  let at = 0
  const after = (low: number, high: number): number => (at += between(low, high, roll))
  return [
    { afterMs: after(4 * secondMs, 15 * secondMs), answer: 'acknowledged', by, note: '' },
    { afterMs: after(20 * secondMs, 60 * secondMs), answer: 'on-the-way', by, note: `${String(people)} 人出动` },
    { afterMs: after(2 * minuteMs, 6 * minuteMs), answer: 'arrived', by, note: '' },
    { afterMs: after(3 * minuteMs, 8 * minuteMs), answer: 'feedback', by, note: '现场已控制，正在处置' },
    { afterMs: after(4 * minuteMs, 12 * minuteMs), answer: 'done', by, note: '人员撤离' },
  ]
}

/** Each is down for three minutes of every hour, the one after the other: what is told to it then must wait. */
export function isDown(system: string, at: number): boolean {
  const minute = Math.floor(at / minuteMs) % 60
  const from = system === 'traffic-police' ? 48 : 18
  return minute >= from && minute < from + 3
}

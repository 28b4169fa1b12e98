import { timeText } from '../calendar.ts'
import { dice } from '../chance.ts'
import type { DataItem } from './data-item.ts'
import type { Member } from './members.ts'

/** How this platform writes a row: everything is text, and whoever typed it had habits of their own. */

interface Written {
  readonly sjz: string
  readonly dw: string
}

const fullWidth = (text: string): string => text.replaceAll(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))

/** 亿 and 万 to the last one: nothing is rounded away. */
const inMyriads = (value: number): string => (value / 10_000).toFixed(4)

function written(value: number, unit: string, habit: number): Written {
  if (value >= 10_000 && habit < 0.3) return { sjz: inMyriads(value), dw: `万${unit}` }
  if (habit < 0.45) return { sjz: value.toLocaleString('en-US'), dw: unit }
  return { sjz: habit < 0.55 ? fullWidth(String(value)) : String(value), dw: unit }
}

/** One data item of one member at an instant. */
export function rowOf(seed: number, { code, unit }: DataItem, member: Member, told: { readonly at: number; readonly value: number }): object {
  const roll = dice(seed, 'habit', code, member.names[0])
  const habit = roll()
  const name = member.names[Math.floor(roll() * member.names.length)] ?? member.names[0]
  return { sjxbm: code, [member.column]: name, tjrq: timeText(told.at), ...written(told.value, unit, habit) }
}

import { beginning, maskText } from '../core/masking.ts'

/** What people write in a command, and how long it may be in the log. */
const longest = { title: 200, reason: 200, text: 2_000, note: 2_000 } as const

/** A command as it may be recorded: numbers of people are masked in what somebody wrote, before anything is kept. */
export function maskedWords<T extends object>(asked: T): T {
  const words = Object.entries(longest).flatMap(([key, length]) => {
    const value: unknown = Reflect.get(asked, key)
    return typeof value === 'string' ? [[key, beginning(maskText(value), length)] as const] : []
  })
  return { ...asked, ...Object.fromEntries(words) }
}

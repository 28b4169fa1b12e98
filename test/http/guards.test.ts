import { expect, it } from 'vitest'
import { maskedWords } from '../../server/http/masked-words.ts'
import { Pace } from '../../server/http/pace.ts'
import { ManualClock } from '../support/manual-clock.ts'

it('a session gives so many commands within a minute, whatever others do', () => {
  const clock = new ManualClock(0)
  const pace = new Pace(clock, 2)
  expect(['a', 'a', 'a', 'b'].map((session) => pace.take(session))).toEqual([true, true, false, true])
  clock.advance(60_000)
  expect(pace.take('a')).toBe(true)
})

it('what people wrote in a command is masked before it is recorded, and the rest stays as it is', () => {
  const asked = { command: 'c', seen: 3, note: '已联系张三 13800138000', title: '井盖整治', due: { workingDays: 5 } }
  const { note, ...rest } = maskedWords(asked)
  expect(note).toContain('已联系')
  expect(note).not.toContain('13800138000')
  expect(rest).toEqual({ command: 'c', seen: 3, title: '井盖整治', due: { workingDays: 5 } })
})

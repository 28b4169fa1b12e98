import { describe, expect, test } from 'vitest'
import { systemClock } from '../../server/system-clock.ts'

describe('given the system clock', () => {
  test("when it is asked, then it tells the machine's time", () => {
    const before = Date.now()
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  })

  test('when tasks are set, then they run, and those cancelled do not', async () => {
    const ran: string[] = []
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(0, () => ran.push('cancelled'))
      cancel()
      systemClock.after(0, () => ran.push('once'))
      const end = systemClock.every(1, () => {
        ran.push('again')
        if (ran.length < 3) return
        end()
        resolve()
      })
    })
    expect(ran).toEqual(['once', 'again', 'again'])
  })
})

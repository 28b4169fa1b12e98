import { describe, expect, test } from 'vitest'
import { createTurns } from '../../server/video/in-turn.ts'

describe('work in turn', () => {
  test('waits for the work before it of the same key, however that ends, and for no other', async () => {
    const inTurn = createTurns()
    const done: string[] = []
    let fail = (): void => undefined
    const start = inTurn('camera', () => new Promise((_resolve, reject) => (fail = () => reject(new Error('lost')))))
    const stop = inTurn('camera', () => Promise.resolve(void done.push('stop')))
    await inTurn('another', () => Promise.resolve(void done.push('another')))
    expect(done).toEqual(['another'])
    fail()
    await expect(start).rejects.toThrow('lost')
    await stop
    expect(done).toEqual(['another', 'stop'])
  })
})

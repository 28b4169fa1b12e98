import { describe, expect, it, onTestFinished } from 'vitest'
import type { PlaybackStretch } from '../../contract/playback.ts'
import { playbackRoute } from '../../server/http/playback.ts'
import type { PlaybackRooms } from '../../server/http/playback.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

const clock = new ManualClock()
const now = clock.now()
const minute = 60_000
const good = { topics: 'feeds@620802', after: 7, from: now - 5 * minute, until: now - minute, step: minute }

async function asking(answer: PlaybackStretch | undefined) {
  const asked: Parameters<PlaybackRooms['historian']['stretch']>[0][] = []
  const historian: PlaybackRooms['historian'] = {
    stretch: (question) => {
      asked.push(question)
      return Promise.resolve(answer)
    },
  }
  const house = await new House({ routes: [playbackRoute({ historian, clock, isTopic: (name) => name.includes('@') })] }).open()
  onTestFinished(() => house.close())
  const look = (given: Partial<Record<keyof typeof good, string | number | undefined>> = {}): Promise<Answer> => {
    const entries = Object.entries({ ...good, ...given }).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
    return house.ask('GET', `/api/playback?${new URLSearchParams(entries).toString()}`, {
      headers: { cookie: `yiping_session=${house.signIn('wall')}` },
    })
  }
  return { asked, look }
}

describe('GET /api/playback', () => {
  it('tells how topics went on', async () => {
    const stretch = { seq: 9, until: now - minute, steps: [{ seq: 8, at: now - 4 * minute, patches: { 'feeds@620802': { remove: ['a'] } } }] }
    const { asked, look } = await asking(stretch)
    expect(JSON.parse((await look()).text)).toEqual(stretch)
    expect(asked).toEqual([{ topics: ['feeds@620802'], after: 7, from: good.from, until: good.until, stepMs: minute }])
  })

  it.each([
    [{ after: undefined }, 'after: missing; the `seq`'],
    [{ after: 0 }, 'after: found "0"; write a whole number from 1'],
    [{ from: undefined }, 'from: missing'],
    [{ until: now + minute }, 'until: '],
    [{ until: good.from }, 'until: it must be after `from`'],
    [{ from: good.until - 86_400_001 }, 'no more than a day'],
    [{ step: 10 }, 'step: found "10"'],
    [{ step: 900 }, 'step: that makes more than 240 steps'],
    [{ topics: 'nothing' }, 'topics: "nothing" is no topic'],
  ])('refuses %j and says why', async (given, reason) => {
    const { asked, look } = await asking(undefined)
    expect(problemIn(await look(given)).detail).toContain(reason)
    expect(asked).toEqual([])
  })

  it('says where to begin when the log does not hold the entry', async () => {
    const { look } = await asking(undefined)
    const answer = await look()
    expect(answer.status).toBe(404)
    expect(problemIn(answer).detail).toBe("after: 7 is not the log's entry at `from`; take the seq that /api/state answers with for that instant")
  })
})

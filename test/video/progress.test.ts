import { expect, test } from 'vitest'
import { readPlaylist } from '../../server/video/playlist.ts'
import { PlaylistProgress } from '../../server/video/progress.ts'
import { playlistOf } from './support.ts'

const base = 'http://media.test/live.m3u8'
const at = (first: number, names = ['1.ts', '2.ts']) => readPlaylist(playlistOf(names, first), { base })
const long = readPlaylist(playlistOf(['1.ts']).replace('DURATION:2', 'DURATION:30'), { base })

test('a playlist stands when nothing was added for 15 s of looking, or three of its segments', () => {
  const progress = new PlaylistProgress()
  const looks = Array.from({ length: 9 }, (_, index) => progress.look(base, at(5), index * 2_000).movement)
  expect(looks).toEqual([...Array.from({ length: 8 }, () => 'moving'), 'standing'])
  expect(progress.look(base, at(6), 18_000).movement).toBe('moving')
  const slow = new PlaylistProgress()
  expect([0, 30_000, 60_000, 89_000, 90_000].map((now) => slow.look(base, long, now).movement)).toEqual([
    'moving',
    'moving',
    'moving',
    'moving',
    'standing',
  ])
})

test('a part that is added is progress too', () => {
  const progress = new PlaylistProgress()
  const withParts = (count: number) =>
    readPlaylist(
      `${playlistOf(['1.ts'])}${Array.from({ length: count }, (_, index) => `#EXT-X-PART:DURATION=0.5,URI="p${String(index)}"`).join('\n')}`,
      { base },
    )
  expect([1, 2, 3].map((parts) => progress.look(base, withParts(parts), parts * 14_000).movement)).toEqual(['moving', 'moving', 'moving'])
})

test('nothing is said of the time in which nobody looked, nor of what has its end', () => {
  const progress = new PlaylistProgress()
  expect([0, 3_600_000, 3_610_000].map((now) => progress.look(base, at(5), now).movement)).toEqual(['moving', 'moving', 'moving'])
  const ended = readPlaylist(`${playlistOf(['1.ts'])}#EXT-X-ENDLIST`, { base })
  expect([0, 10_000, 20_000, 30_000].map((now) => progress.look('other', ended, now).movement)).toEqual(['moving', 'moving', 'moving', 'moving'])
  expect(progress.look(base, at(5), 0).movement).toBe('moving')
})

test('one that counts from an earlier segment has started again; one that jumps ahead has only moved', () => {
  const progress = new PlaylistProgress()
  expect([at(100), at(0), at(500)].map((playlist, index) => progress.look(base, playlist, index * 2_000).movement)).toEqual([
    'moving',
    'restarted',
    'moving',
  ])
})

test('a playlist is good until shortly before its next segment is due; then it is looked for often, and less often when it is late', () => {
  const progress = new PlaylistProgress()
  const kept = [0, 1_000, 1_700, 2_000, 3_900, 4_000].map((now) => progress.look(base, at(5), now).keepMs)
  expect(kept).toEqual([1_700, 700, 300, 300, 300, 700])
  expect(progress.look(base, at(6), 4_100).keepMs).toBe(1_700)
  const slow = new PlaylistProgress()
  const thirty = readPlaylist(playlistOf(['1.ts']).replaceAll(/(DURATION|INF):2/g, '$1:30'), { base })
  expect(slow.look(base, thirty, 0).keepMs).toBe(5_000)
})

import type { Messages } from './zh.ts'

/** Words of replays, part of en.ts. */
export const enPlayback: Messages['playback'] = {
  title: 'Replay',
  key: 'replay: the wall as it was',
  loading: 'loading',
  waiting: 'waiting for the server',
  paused: 'paused',
  failed: 'replay stopped: {reason}',
  play: 'Play',
  pause: 'Pause',
  slider: 'Instant, of the last 24 hours',
  end: 'Back to now',
  present: 'Happening now:',
  ordered: 'driven by {by}',
  noVideo: 'No pictures in a replay',
}

import type { Messages } from './zh.ts'

/** Words of the quarantine, part of en-bench.ts. */
export const enQuarantine: Messages['bench']['quarantine'] = {
  help: 'Refused messages, by feed and cause. Once the configuration is mended, replay them: they go through again in their order, each recorded once.',
  all: 'all feeds',
  none: 'Nothing is in quarantine',
  count: '{n} messages · {causes} causes',
  evicted: '{n} more had to make room or grew too old',
  messages: 'messages',
  when: 'since {first} · latest {last}',
  show: 'show a sample',
  hide: 'hide the sample',
  sample: 'The latest · from {origin} · personal data masked',
  intake: 'what was sent to us',
  replay: 'Replay {n}',
  replayAll: 'Replay all {n}',
  discard: 'Discard',
  discardQuestion: 'Discard these {n}? They cannot be had back.',
  nothingReplayable: 'Nothing here can be replayed: only a beginning was kept, or it is not a whole message',
  notReplayable: '{n} cannot be replayed: longer than 64 KiB, so only the beginning was kept, or part of a message only',
  replayed: '{replayed} messages replayed: {what}',
  came: {
    facts: '{n} new facts recorded',
    duplicates: '{n} facts known already',
    refusedAgain: '{n} messages refused again',
    and: ', ',
    nothing: 'no new fact, the mapping made none, or the change is too small',
  },
  discarded: '{n} discarded',
}

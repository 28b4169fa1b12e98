import type { Messages } from './zh.ts'

/** Words of the video tiles, part of en.ts. */
export const enVideo: Messages['video'] = {
  title: 'Video',
  nearFirst: 'nearest to the selected incident first',
  pulledUp: 'asked for on the map',
  rotation: 'turns every {n} s',
  online: 'online',
  none: 'No camera to be seen',
  missing: 'Not in the catalogue',
  noUnit: 'no unit stated',
  guest: 'Guests',
  domain: { 'social-governance': 'Social governance', 'urban-management': 'City management', 'culture-tourism': 'Culture and tourism' },
  keys: {
    fullScreen: 'a picture over the whole screen, ← → for the next',
    saved: 'next set of cameras',
    guest: 'guests: cameras open to everybody only',
  },
  state: {
    connecting: 'Connecting',
    playing: 'Playing',
    'no-stream': 'No stream',
    frozen: 'Picture frozen',
    black: 'Black picture',
    unsupported: 'Codec not supported',
    'no-permission': 'No permission',
    'platform-down': 'Platform down',
    offline: 'Offline',
    waiting: 'Not its turn',
  },
  since: 'since {at} · {action}',
  withAge: '{brief} · last picture {age} ago',
  action: {
    connecting: 'fetching the stream',
    waiting: 'waiting for a decoder',
    resting: 'resumes by itself',
    rebuilding: 'rebuilding',
    watching: 'resumes with a picture',
    undecodable: 'cannot be decoded here',
    retrying: 'retrying',
  },
  needs: {
    name: 'needs a signed-in name',
    reason: 'needs a reason first',
    role: 'for the duty desk only',
    'no-guest': 'not for guests',
  },
}

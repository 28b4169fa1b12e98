import type { Messages } from './zh.ts'

/** Words of the page of sessions, part of en.ts. */
export const enSessions: Messages['sessions'] = {
  title: 'Sessions',
  open: 'See who is signed in, end a session',
  rule: 'Who is signed in, from where, and when they were last seen (to the hour). An end holds at once: their page stands still, and only a new sign-in link lets them in again.',
  role: 'Role',
  who: 'Who',
  created: 'Signed in',
  seen: 'Last seen',
  address: 'Address',
  roles: { wall: 'Wall', desk: 'Desk', admin: 'Administrator', unit: 'Unit' },
  end: 'End',
  endOwn: 'End (this one)',
  question: 'End the session of {who} ({role}): it is signed out at once and needs a new sign-in link.',
  questionOwn: 'This session is your own: this page is signed out too and needs a new sign-in link.',
  keys: 'Keys: ↑ ↓ choose · E end · Enter confirm · Esc cancel',
}

import type { Messages } from './zh.ts'

/** Why the server refuses, part of en.ts: a sentence for each reason; the server's own words stand beneath. */
export const enProblems: Messages['problems'] = {
  'bad-request': 'The server does not accept it: something of what was entered is not right. Mend it as said below, and try again.',
  unauthorised: 'This browser is not signed in, or not any more. What was typed is still here; open the page with a sign-in link.',
  forbidden: 'This session may not do that; open the page with a sign-in link of the right role.',
  'not-found': 'The server has nothing of that name: it may be gone, renamed or too old. Load the page again and choose anew.',
  conflict: 'It does not fit how things stand: somebody was faster, or it was done before. Look at what is said below, then decide anew.',
  'method-not-allowed': 'This address does not take such a request; load the page again.',
  'too-large': 'It is too large, and the server has not taken it; make it smaller and try again.',
  'unsupported-media-type': 'The file or its content is of a kind that the server does not take; send one of those listed.',
  busy: 'Too much at once, or a limit is reached; wait a while and try again.',
  fault: 'The server failed, and it is not your doing. What was typed is still here; tell the administrator the number below.',
  'not-ready': 'The server is not ready yet; wait a while and try again.',
  'storage-full': 'The server has no room left and has recorded nothing; tell the administrator, and try again when there is room.',
}

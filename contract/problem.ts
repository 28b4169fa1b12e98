/**
 * Every reason for which the server refuses a request: the `type` of its problem document (RFC 9457) is `urn:yiping:problem:<name>`, part of the
 * public face. Its `detail` says place, reason and cure in English; each page says the reason itself in its own language.
 */
export const problemKinds = [
  'bad-request',
  'unauthorised',
  'forbidden',
  'not-found',
  'conflict',
  'method-not-allowed',
  'too-large',
  'unsupported-media-type',
  'busy',
  'fault',
  'not-ready',
  'storage-full',
] as const
export type ProblemKind = (typeof problemKinds)[number]

export const problemType = (kind: ProblemKind): string => `urn:yiping:problem:${kind}`

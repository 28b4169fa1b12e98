import type { GiveUpRequest, LinkAttempts, PushRequest } from '../../../../contract/link.ts'
import { ask } from '../bench-api.ts'
import type { Answered, Asking } from '../bench-api.ts'

/** 联动's questions to the server, as contract/link.ts names them. Never throws: what went wrong is an answer. */
const at = (link: string, what: string): string => `/api/links/${encodeURIComponent(link)}/${what}`

export const linkApi = {
  attempts: (asking?: Asking): Promise<Answered<readonly LinkAttempts[]>> => ask('/api/links', undefined, asking),
  push: (link: string, asked: PushRequest): Promise<Answered<object>> => ask(at(link, 'push'), asked),
  giveUp: (link: string, asked: GiveUpRequest): Promise<Answered<object>> => ask(at(link, 'give-up'), asked),
  retry: (link: string): Promise<Answered<object>> => ask(at(link, 'retry'), {}),
} as const

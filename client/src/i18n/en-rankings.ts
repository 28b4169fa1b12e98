import type { Messages } from './zh.ts'

/** Part of en.ts. */
export const enRankings: Messages['rankings'] = {
  title: '',
}

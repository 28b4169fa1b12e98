import type { Messages } from './zh.ts'

/** Part of en.ts. */
export const enOverview: Messages['overview'] = {
  title: '',
}

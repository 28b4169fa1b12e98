import type { Messages } from './zh.ts'

/** Part of en.ts. */
export const enEntries: Messages['entries'] = {
  title: '',
}

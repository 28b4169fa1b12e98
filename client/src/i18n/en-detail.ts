import type { Messages } from './zh.ts'

/** Part of en.ts. */
export const enDetail: Messages['detail'] = {
  title: '',
}

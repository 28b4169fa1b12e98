import type { LinkFact } from '../../contract/link-fact.ts'
import type { LinkDefinition } from '../../contract/link.ts'
import { start } from './facts.ts'
import { uuid } from './supervision-facts.ts'

/** Builders of linked systems and of facts about them. */

export const linkSecret = 'a-secret-of-this-test-that-nobody-guesses'

export const link = (given: Partial<LinkDefinition> = {}): LinkDefinition => ({
  id: 'dispatch',
  name: '应急调度',
  nameEn: 'Emergency dispatch',
  district: '620802',
  url: 'http://127.0.0.1:1/dispatch',
  secret: 'dispatch',
  demo: true,
  incidents: { levels: ['major', 'extraordinary'], types: ['消防/火情'] },
  units: ['water'],
  giveUpDays: 7,
  timeoutSeconds: 10,
  contact: '值班室',
  ...given,
})

type What = LinkFact['what']
const usual = {
  registered: {
    line: uuid(900),
    name: '应急调度',
    nameEn: 'Emergency dispatch',
    demo: true,
    rule: { levels: ['major', 'extraordinary'], types: ['消防/火情'], units: ['water'] },
  },
  removed: {},
  pushed: { by: '张三', address: '10.0.0.7', command: uuid(901), about: { kind: 'incident', id: 'E1' } },
  failing: { reason: 'nothing listens there' },
  delivered: { message: `${uuid(900)}.2` },
  'given-up': { message: `${uuid(900)}.2`, reason: '已电话告知', by: '张三', command: uuid(902) },
} as const

export const linkFact = <W extends What>(what: W, given: Partial<Extract<LinkFact, { readonly what: W }>> = {}): LinkFact =>
  // as: what is usual completes it
  ({ kind: 'link', district: '620802', link: 'dispatch', at: start, what, ...usual[what], ...given }) as unknown as LinkFact

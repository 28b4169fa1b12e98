import type { FeedDefinition } from '../../contract/feed.ts'
import type { EntryState } from '../../contract/decision.ts'
import type { Newest } from '../../server/core/series-rules.ts'
import { createEntryDesk } from '../../server/entry/entry-desk.ts'
import type { EntryDesk } from '../../server/entry/entry-desk.ts'
import type { Registry } from '../../server/core/registry.ts'
import { start } from '../support/facts.ts'
import { feed, indicator, input, registryWith, theme } from '../support/registry.ts'

/** 2026-10-31 23:59:59 in Shanghai: what October's figures are of. */
export const endOfOctober = Date.parse('2026-10-31T23:59:59+08:00')
export const endOfSeptember = Date.parse('2026-09-30T23:59:59+08:00')

/** Figures of every kind that people fill in, one that a platform reports, and one that is counted by a feed. */
export const registry: Registry = registryWith({
  indicators: [
    indicator({ id: 'usability', name: '申报易用性', unitOfMeasure: '分', entry: true, cadenceHours: 744, range: [0, 100] }),
    indicator({ id: 'hit_rate', name: '=查询准确率', unitOfMeasure: '%', entry: true, cadenceHours: 744, range: [0, 100] }),
    indicator({ id: 'all_sites', formula: 'sites' }),
  ],
  inputs: [
    input({ id: 'sampled', name: '抽样查询', unitOfMeasure: '次', entry: true, cadenceHours: 744, gather: 'sum' }),
    input({ id: 'sites', name: '政府网站', unitOfMeasure: '个', by: 'unit', entry: true, cadenceHours: 744 }),
    input({ id: 'annual', name: '年度应回流办件', unitOfMeasure: '件', by: 'unit', entry: true, cadenceHours: 8_784 }),
    input({ id: 'themed', name: '一件事办件', unitOfMeasure: '件', by: 'theme', entry: true, cadenceHours: 744 }),
    input({ id: 'reported', name: '平台报送', by: 'unit' }),
  ],
  themes: [theme({ id: 'birth', name: '新生儿出生' })],
  feeds: [feed({ id: 'manual', dialect: 'native', demo: false })],
})

/** What the desk finds besides the configuration; replaced as a test goes. */
export class Surroundings {
  now = start
  newest: Record<string, Newest> = {}
  entries: readonly EntryState[] = []
  feeds: ReadonlyMap<string, FeedDefinition> = registry.feeds

  readonly desk: EntryDesk = createEntryDesk({
    registry,
    now: () => this.now,
    newest: (district, series) => (district === '620802' ? this.newest[series] : undefined),
    feed: (id) => this.feeds.get(id),
    entries: (district) => (district === '620802' ? this.entries : []),
  })
}

export const entry = (given: Partial<EntryState> = {}): EntryState => ({
  id: 'E1',
  state: 'proposed',
  proposedAt: start - 60_000,
  proposedBy: '填报员甲',
  decidedAt: undefined,
  decidedBy: undefined,
  note: undefined,
  figures: [{ indicator: undefined, input: 'sampled', of: undefined, at: endOfOctober, value: 120 }],
  ...given,
})

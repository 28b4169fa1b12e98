import { describe, expect, it } from 'vitest'
import { withCarries } from '../../server/ingest/carried-kinds.ts'
import { loadConfiguration } from '../../server/configuration/load.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import { feed } from '../support/registry.ts'

const carriesOf = (given: Partial<FeedDefinition>) =>
  withCarries(feed({ id: 'air', dialect: undefined, mapping: undefined, carries: undefined, ...given })).carries

describe('the kinds of facts that a feed carries', () => {
  it.each([
    [`{"kind": "work-order", "id": 单号}`, ['work-order']],
    [`($a := {'kind': 'sensor-reading', "at": 1}; [$a, {"kind":"incident"}])`, ['incident', 'sensor-reading'].sort()],
    [`/* {"kind": "vehicle"} */ {"kind": "reading"}`, ['reading']],
    [`{"kind": type, "id": no}`, undefined],
    [`[{"kind": "reading"}, {"kind": a ? "incident" : "warning"}]`, undefined],
    [`{"kind": "reading" & x}`, undefined],
    [`{"kind": "gossip"}`, undefined],
    ['$', undefined],
  ])('are those that its mapping writes: %s', (mapping, kinds) => {
    expect(carriesOf({ mapping })?.sort()).toEqual(kinds)
  })

  it('are those of its dialect, and any where each message says its own', () => {
    expect(carriesOf({ dialect: 'jt808' })).toEqual(['vehicle'])
    expect(carriesOf({ dialect: 'native' })).toBeUndefined()
  })

  it('are those that its file says, where it does', () => {
    expect(carriesOf({ mapping: `{"kind": "work-order"}`, carries: ['incident'] })).toEqual(['incident'])
  })

  it('are told of the shipped feeds as their files say them', () => {
    const loaded = loadConfiguration(new URL('../../config', import.meta.url).pathname)
    if (!loaded.ok) throw new Error('the shipped configuration has mistakes')
    for (const shipped of loaded.value.feeds.values()) {
      const { carries } = shipped
      if (carries === undefined) continue
      const derived = withCarries({ ...shipped, carries: undefined }).carries
      // a dialect that takes any fact tells nothing: there the file alone says
      if (derived === undefined) continue
      expect([shipped.id, derived.filter((kind) => carries.includes(kind)).sort()]).toEqual([shipped.id, [...carries].sort()])
    }
  })
})

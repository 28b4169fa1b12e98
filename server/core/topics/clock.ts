import type { Entry } from '../../../contract/fact.ts'
import type { ClockCheck } from '../../../contract/decision.ts'
import type { Fold } from '../fold.ts'
import { Published } from '../published.ts'

/** 时钟: what the server last said of its own clock. Whether the district trusts its time follows from the same facts (district-world.ts). */
export function createClock(): Fold {
  let check: ClockCheck | undefined
  const topic = new Published('clock', () => check)
  function show(shown: ClockCheck | undefined): void {
    check = shown
    topic.touch('clock')
  }
  return {
    topics: [topic],
    kinds: ['clock'],
    advance() {
      // it changes by facts alone
    },
    apply({ fact }: Entry) {
      if (fact.kind !== 'clock') return
      const { driftMs, reference, isTrusted, at } = fact
      show({ id: 'clock', driftMs, reference, isTrusted, since: check?.isTrusted === isTrusted ? check.since : at })
    },
    dump: () => check ?? null,
    restore(dump) {
      // our own dump
      show((dump as ClockCheck | null) ?? undefined)
    },
  }
}

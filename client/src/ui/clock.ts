import type { ClockState } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import type { GlyphName } from './glyph-name.ts'

/** 时限钟: how a due time is drawn. The state itself is the server's; only the bar's length is reckoned here. Pure. */
export interface ClockFace {
  /** share of the given time that has passed, 0-1; undefined without a due time */
  readonly share: number | undefined
  /** what is left, ms; negative once overdue */
  readonly leftMs: number | undefined
  readonly tone: 'plain' | 'blue' | 'yellow' | 'red' | 'done'
  readonly glyph: GlyphName | undefined
}

const tones: Readonly<Record<ClockState, ClockFace['tone']>> = {
  none: 'plain',
  running: 'plain',
  reminder: 'blue',
  'last-day': 'yellow',
  overdue: 'red',
  settled: 'done',
}

/** @param stoppedAt when it was settled: the clock stands still from then on */
export function clockFace(
  clock: { readonly state: ClockState; readonly openedAt: Instant; readonly dueAt: Instant | undefined; readonly stoppedAt: Instant | undefined },
  now: Instant,
): ClockFace {
  const tone = tones[clock.state]
  const glyph = tone === 'plain' ? undefined : tone === 'done' ? ('check' as const) : tone
  if (clock.dueAt === undefined) return { share: undefined, leftMs: undefined, tone, glyph }
  const at = clock.stoppedAt ?? now
  const given = clock.dueAt - clock.openedAt
  const share = given <= 0 ? 1 : Math.min(1, Math.max(0, (at - clock.openedAt) / given))
  return { share, leftMs: clock.dueAt - at, tone, glyph }
}

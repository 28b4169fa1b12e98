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
  /** extended, counted by holidays that are not published yet, or by a clock that cannot be trusted: not the last word */
  readonly isHatched: boolean
}

const tones: Readonly<Record<ClockState, ClockFace['tone']>> = {
  none: 'plain',
  running: 'plain',
  // no colour before 80 %, and none by a clock that may be wrong
  half: 'plain',
  unsure: 'plain',
  reminder: 'blue',
  'last-day': 'yellow',
  overdue: 'red',
  settled: 'done',
}

const glyphs: Readonly<Record<ClockFace['tone'], GlyphName | undefined>> = {
  plain: undefined,
  blue: 'blue',
  yellow: 'yellow',
  red: 'red',
  done: 'check',
}

interface Clock {
  readonly state: ClockState
  /** when it started */
  readonly openedAt: Instant
  readonly dueAt: Instant | undefined
  /** when it was settled: the clock stands still from then on */
  readonly stoppedAt: Instant | undefined
  readonly isExtended?: boolean
  readonly isProvisional?: boolean
}

export function clockFace(clock: Clock, now: Instant): ClockFace {
  const tone = tones[clock.state]
  const [glyph, isHatched] = [glyphOf(clock), isUnsettled(clock)]
  if (clock.dueAt === undefined) return { share: undefined, leftMs: undefined, tone, glyph, isHatched }
  const at = clock.stoppedAt ?? now
  const given = clock.dueAt - clock.openedAt
  const share = given <= 0 ? 1 : Math.min(1, Math.max(0, (at - clock.openedAt) / given))
  return { share, leftMs: clock.dueAt - at, tone, glyph, isHatched }
}

function glyphOf({ state, isExtended }: Clock): GlyphName | undefined {
  if (state === 'unsure') return 'stale'
  return glyphs[tones[state]] ?? (isExtended === true ? 'pause' : undefined)
}

function isUnsettled({ state, isExtended, isProvisional }: Clock): boolean {
  return state !== 'settled' && (state === 'unsure' || isExtended === true || isProvisional === true)
}

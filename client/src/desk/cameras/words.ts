import type { Instant } from '../../../../contract/time.ts'
import { secondMs } from '../../../../contract/time.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import { isShowing } from '../../../../contract/video.ts'
import type { GlyphName } from '../../ui/glyph-name.ts'
import { formatDayTime, formatNumber, formatSigned, noValue } from '../../ui/format.ts'
import type { Translate } from '../../ui/format.ts'
import { codecName } from '../../video/codecs.ts'

/** What is known of a camera, in words. Pure. */
interface CameraWords {
  /** an alarm only where it is a key point: any other that is dark is maintenance */
  readonly glyph: GlyphName
  /** 在线 14:02 起 */
  readonly state: string
  /** 码流停滞 14:10 起; of one that is off nothing, whatever was found before */
  readonly look: string
  readonly codec: string
  readonly kilobits: string
  readonly firstSegment: string
  readonly clockOffset: string
}

export function cameraWords(
  source: VideoSource,
  { now, zone, t }: { readonly now: Instant; readonly zone: string; readonly t: Translate },
): CameraWords {
  const { state, since, probe } = source
  const from = (words: string, at: Instant): string => t('cameras.from', { words, at: formatDayTime(at, now, zone, t) })
  const figure = (value: number | undefined, write: (value: number) => string): string => (value === undefined ? noValue : write(value))
  return {
    glyph: isShowing(source) ? 'dot' : source.isKey ? 'orange' : 'down',
    state: from(t(`cameras.states.${state}`, {}), since),
    look: lookOf(source, from, t),
    codec: probe?.codec === undefined ? noValue : codecName(probe.codec),
    kilobits: figure(probe?.kilobitsPerSecond, (value) => formatNumber(value)),
    firstSegment: figure(probe?.firstSegmentMs, (value) => formatNumber(value)),
    clockOffset: figure(probe?.clockOffsetMs, (value) => formatSigned(value / secondMs, 1)),
  }
}

function lookOf({ state, probe }: VideoSource, from: (words: string, at: Instant) => string, t: Translate): string {
  if (state === 'offline') return noValue
  return probe === undefined ? t('cameras.conditions.unseen', {}) : from(t(`cameras.conditions.${probe.state}`, {}), probe.since)
}

import { computed, ref, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { MeetingState } from '../../../contract/meeting.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { Instant } from '../../../contract/time.ts'
import { retryPast } from '../live/retry-past.ts'
import type { PlaybackControl } from '../live/use-playback.ts'
import { useTopic } from '../live/use-topic.ts'
import { useKeys } from '../screen/use-keys.ts'
import { runningOf } from './model.ts'

/** present: the screen as ever · meeting: what the meeting looks at · snapshot: the screen's own panels as of the cut-off */
export type MeetingView = 'present' | 'meeting' | 'snapshot'

export interface MeetingMode {
  /** the one that is held in the district, as it is now */
  readonly meeting: ComputedRef<MeetingState | undefined>
  readonly view: ComputedRef<MeetingView>
  /** live values are shown beside the frozen ones */
  readonly isBeside: Readonly<Ref<boolean>>
}

interface Setting {
  readonly district: () => string
  readonly screen: () => ScreenId
  readonly playback: PlaybackControl
  readonly present: () => Instant
  /** a desk has ordered the past: it goes before the meeting */
  readonly isPastOrdered: () => boolean
}

/**
 * While a meeting is held, the dispatch screen shows it, and any other by the key m; there all figures are those of the cut-off. m goes to the
 * present and back, s shows the screen's own panels as of the cut-off, n sets live values beside; 1 2 3 leave the meeting. To be called above
 * the playback: the meeting itself is followed in the present.
 */
export function useMeetingMode({ district, screen, playback, present, isPastOrdered }: Setting): MeetingMode {
  const meetings = useTopic('meetings', district)
  const meeting = computed(() => runningOf(meetings.value.values()))
  const chosen = ref<MeetingView>()
  const isBeside = ref(false)
  const view = computed<MeetingView>(() => {
    if (meeting.value === undefined || isPastOrdered()) return 'present'
    return chosen.value ?? (screen() === 'dispatch' ? 'meeting' : 'present')
  })

  watch([() => meeting.value?.id, district], () => {
    chosen.value = undefined
    isBeside.value = false
  })
  // a wall that has come to the meeting stays in it when its screen goes home by itself
  watch(
    view,
    (shown) => {
      if (shown === 'meeting') chosen.value = 'meeting'
    },
    { immediate: true },
  )
  freeze({ playback, present, isPastOrdered, cutOffAt: () => (view.value === 'present' ? undefined : meeting.value?.cutOffAt) })

  useKeys((key) => {
    if (meeting.value === undefined) return
    if (key === 'm') chosen.value = view.value === 'meeting' ? 'present' : 'meeting'
    else if (key === 's') chosen.value = view.value === 'snapshot' ? 'meeting' : 'snapshot'
    else if (key === 'n') isBeside.value = !isBeside.value
    else if (['1', '2', '3'].includes(key)) chosen.value = undefined
  })
  return { meeting, view, isBeside }
}

interface Freezing extends Pick<Setting, 'playback' | 'present' | 'isPastOrdered'> {
  readonly cutOffAt: () => Instant | undefined
}

/** Shows the past of the cut-off as long as there is one, and asks for it again while it cannot be had. */
function freeze({ playback, present, isPastOrdered, cutOffAt }: Freezing): void {
  // before the server has told the time, there is no past
  const wanted = computed(() => (present() === 0 ? undefined : cutOffAt()))
  watch(
    wanted,
    (at, before) => {
      if (at !== undefined) playback.begin(at)
      else if (before !== undefined && !isPastOrdered()) playback.end()
    },
    { immediate: true },
  )
  retryPast(playback, present, () => {
    const at = wanted.value
    return at === undefined ? undefined : () => playback.begin(at)
  })
}

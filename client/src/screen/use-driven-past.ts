import { computed, ref, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WallState } from '../../../contract/wall.ts'
import { pastPosition } from '../../../contract/wall-past.ts'
import type { WallPast } from '../../../contract/wall-past.ts'
import { retryPast } from '../live/retry-past.ts'
import type { Course } from '../live/playback.ts'
import type { PlaybackControl } from '../live/use-playback.ts'
import { usePresent } from '../live/use-playback.ts'
import { useTopic } from '../live/use-topic.ts'
import { turnClock } from './past-turns.ts'

/** 回放 by a desk's order: this wall goes through the past in step with every other one, and shows what it showed then. */
export interface DrivenPast {
  /** a desk ordered the past, it is not over, and nobody here has left it */
  readonly isOn: ComputedRef<boolean>
  /** the wall as it was driven at the instant that is shown; as it is driven now, in the present and until the past has come */
  readonly wall: ComputedRef<WallState | undefined>
  /** what turns by the clock turns by this one */
  readonly clock: ComputedRef<Instant>
  /** names what is shown, and changes with it */
  readonly turn: ComputedRef<string>
  /** Back to the present until the next command. */
  readonly leave: () => void
  /** Resolves once the past that was ordered last is shown, or cannot be had; at once in the present. */
  readonly shown: () => Promise<void>
}

export interface PastOrder {
  /** as the present has it */
  readonly wall: Readonly<Ref<WallState | undefined>>
  readonly district: () => string | undefined
  readonly playback: PlaybackControl
  readonly holdMinutes: number
}

export function useDrivenPast({ wall, district, playback, holdMinutes }: PastOrder): DrivenPast {
  const present = usePresent()
  const now = (): Instant => present.serverNow.value
  /** number of the command that somebody here has left */
  const left = ref<number>()
  const ordered = computed((): WallPast | undefined => {
    const past = wall.value?.view.past
    const isOver = past === undefined || now() === 0 || wall.value?.command === left.value || pastPosition(past, now(), holdMinutes) === undefined
    return isOver ? undefined : past
  })
  const isOn = computed(() => ordered.value !== undefined)
  const steer = (past: WallPast): void => playback.steer(courseOf(past, present.now, holdMinutes))
  // each change of a wall is a new object: the same stretch is not begun again for it
  watch(
    () => ordered.value && JSON.stringify(ordered.value),
    (is) => {
      if (is === undefined) playback.end()
      else if (ordered.value !== undefined) steer(ordered.value)
    },
    // before what else moves the past: a meeting that goes on afterwards finds the present
    { flush: 'sync' },
  )
  if (ordered.value !== undefined) steer(ordered.value)
  retryPast(playback, now, () => {
    const past = ordered.value
    return past && (() => steer(past))
  })

  const walls = useTopic('walls', () => (isOn.value ? district() : undefined), playback.shown)
  const isTold = computed(() => isOn.value && playback.at.value !== 0 && playback.status.value?.state !== 'loading')
  const wasTold = computed((before?: boolean) => isOn.value && (before === true || isTold.value))
  const then = computed(() => {
    const now = wall.value
    if (!wasTold.value || now === undefined) return now
    const was = walls.value.get(now.id)
    // who is in the room is so now, and not then; a past within the past is not followed
    return was && { ...was, view: { ...was.view, isGuest: now.view.isGuest, past: undefined } }
  })
  return {
    isOn,
    wall: then,
    clock: computed(() => (ordered.value === undefined || !wasTold.value ? now() : turnClock(ordered.value, playback.at.value))),
    turn: computed(() => [wall.value?.command ?? 0, wasTold.value ? (then.value?.command ?? 0) : 'now'].join(' ')),
    leave: () => {
      left.value = wall.value?.command
      playback.end()
    },
    shown: () => (isOn.value ? shown(playback) : Promise.resolve()),
  }
}

function courseOf(past: WallPast, now: () => Instant, holdMinutes: number): Course {
  let last = past.from
  const position = () => pastPosition(past, now(), holdMinutes)
  return {
    // a moment over, until the wall has gone back to the present
    at: () => (last = position()?.at ?? last),
    speed: () => position()?.speed ?? 0,
  }
}

const longestWaitMs = 10 * secondMs

function shown({ status }: PlaybackControl): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(finish, longestWaitMs)
    const stop = watch(
      () => status.value?.state,
      (state) => {
        // stop() is not there yet in the first turn
        if (state !== 'loading') queueMicrotask(finish)
      },
      { immediate: true },
    )
  })
}

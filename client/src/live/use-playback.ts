import { computed, inject, onScopeDispose, provide, ref, shallowReadonly, shallowRef } from 'vue'
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { TopicName } from '../../../contract/topic.ts'
import { liveKey, nothing, useLive } from './followers.ts'
import { httpPast } from './past-port.ts'
import type { TopicMap } from './picture.ts'
import { Playback } from './playback.ts'
import type { PastPort, PlaybackSpeed, PlaybackStatus } from './playback.ts'
import { browserTimers } from './timers.ts'
import type { Timers } from './timers.ts'

/** 回放 of whatever stands below: the same panels, shown the past in place of the present. */
export interface PlaybackControl {
  /** undefined: the present is shown */
  readonly status: Readonly<ShallowRef<PlaybackStatus | undefined>>
  /** the instant that is shown; 0 in the present */
  readonly at: Readonly<Ref<Instant>>
  /** Shows an instant of the past, and waits there. */
  begin(at: Instant): void
  play(speed: PlaybackSpeed): void
  pause(): void
  /** Back to the present. */
  readonly end: () => void
}

interface Follower {
  readonly topic: TopicName
  readonly listener: (map: TopicMap) => void
  /** the present, which is kept up to date meanwhile */
  live: TopicMap
  releasePast: (() => void) | undefined
}

const shownEveryMs = secondMs / 4
const pastKey: InjectionKey<ComputedRef<boolean>> = Symbol('past')

/** Whether what is above shows the past: what cannot be had of the past is then not shown at all. */
export const useIsPast = (): ComputedRef<boolean> => inject(pastKey, () => computed(() => false), true)

/** To be called by what stands above the panels; it sees the present itself. Nothing below is made anew for it: the map and its scene stay. */
export function providePlayback(port: PastPort = httpPast, timers: Timers = browserTimers): PlaybackControl {
  const live = useLive()
  const followers = new Set<Follower>()
  const status = shallowRef<PlaybackStatus>()
  const at = ref<Instant>(0)
  let past: Playback | undefined
  let stopShowing = (): void => undefined

  const showTime = (): void => {
    at.value = past?.now() ?? 0
    stopShowing = timers.after(shownEveryMs, showTime)
  }
  function begin(instant: Instant): void {
    if (past !== undefined) {
      past.jump(instant)
      return
    }
    past = new Playback(instant, {
      port,
      timers,
      present: () => live.serverNow.value,
      onCommit: (changed) => {
        for (const { topic, listener } of followers) {
          const map = changed.get(topic)
          if (map !== undefined) listener(map)
        }
      },
      onStatus: (next) => {
        status.value = next
      },
    })
    status.value = past.status
    for (const follower of followers) follower.releasePast = past.subscribe([follower.topic])
    showTime()
  }
  function end(): void {
    stopShowing()
    past?.close()
    past = undefined
    status.value = undefined
    at.value = 0
    for (const follower of followers) {
      follower.releasePast = undefined
      follower.listener(follower.live)
    }
  }

  provide(liveKey, {
    link: live.link,
    serverNow: computed(() => (at.value === 0 ? live.serverNow.value : at.value)),
    follow(topic, listener) {
      const follower: Follower = { topic, listener, live: nothing, releasePast: past?.subscribe([topic]) }
      followers.add(follower)
      const releaseLive = live.follow(topic, (map) => {
        follower.live = map
        if (past === undefined) listener(map)
      })
      if (past !== undefined) listener(past.held(topic) ?? nothing)
      return () => {
        releaseLive()
        follower.releasePast?.()
        followers.delete(follower)
      }
    },
  })
  provide(
    pastKey,
    computed(() => status.value !== undefined),
  )
  onScopeDispose(() => {
    stopShowing()
    past?.close()
  })
  return {
    status: shallowReadonly(status),
    at,
    begin,
    play: (speed) => past?.play(speed),
    pause: () => past?.pause(),
    end,
  }
}

import { computed, inject, onScopeDispose, provide, ref, shallowReadonly, shallowRef } from 'vue'
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { TopicName } from '../../../contract/topic.ts'
import { liveKey, nothing, useLive } from './followers.ts'
import type { Live } from './followers.ts'
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

/** Hands each follower the present, or the past while there is one. */
class Switch {
  readonly #live: Live
  readonly #followers = new Set<Follower>()
  #past: Playback | undefined

  constructor(live: Live) {
    this.#live = live
  }

  get past(): Playback | undefined {
    return this.#past
  }

  follow(topic: TopicName, listener: (map: TopicMap) => void): () => void {
    const follower: Follower = { topic, listener, live: nothing, releasePast: this.#past?.subscribe([topic]) }
    this.#followers.add(follower)
    const releaseLive = this.#live.follow(topic, (map) => {
      follower.live = map
      if (this.#past === undefined) listener(map)
    })
    if (this.#past !== undefined) listener(this.#past.held(topic) ?? nothing)
    return () => {
      releaseLive()
      follower.releasePast?.()
      this.#followers.delete(follower)
    }
  }

  /** What is shown stays until the past has been told. */
  turnTo(past: Playback): void {
    this.#past = past
    for (const follower of this.#followers) follower.releasePast = past.subscribe([follower.topic])
  }

  readonly tell = (changed: ReadonlyMap<TopicName, TopicMap>): void => {
    for (const { topic, listener } of this.#followers) {
      const map = changed.get(topic)
      if (map !== undefined) listener(map)
    }
  }

  turnBack(): void {
    this.#past?.close()
    this.#past = undefined
    for (const follower of this.#followers) {
      follower.releasePast = undefined
      follower.listener(follower.live)
    }
  }
}

/** To be called by what stands above the panels; it sees the present itself. Nothing below is made anew for it: the map and its scene stay. */
export function providePlayback(port: PastPort = httpPast, timers: Timers = browserTimers): PlaybackControl {
  const live = useLive()
  const shown = new Switch(live)
  const status = shallowRef<PlaybackStatus>()
  const at = ref<Instant>(0)
  let stopShowing = (): void => undefined

  const showTime = (): void => {
    at.value = shown.past?.now() ?? 0
    stopShowing = timers.after(shownEveryMs, showTime)
  }
  function begin(instant: Instant): void {
    if (shown.past !== undefined) {
      shown.past.jump(instant)
      // at once: whoever presses twice moves on from where the first press led
      at.value = shown.past.now()
      return
    }
    const onStatus = (next: PlaybackStatus): void => {
      status.value = next
    }
    const past = new Playback(instant, { port, timers, present: () => live.serverNow.value, onCommit: shown.tell, onStatus })
    status.value = past.status
    shown.turnTo(past)
    showTime()
  }
  function end(): void {
    stopShowing()
    shown.turnBack()
    status.value = undefined
    at.value = 0
  }

  const serverNow = computed(() => (at.value === 0 ? live.serverNow.value : at.value))
  provide(liveKey, { link: live.link, serverNow, follow: (topic, listener) => shown.follow(topic, listener) })
  provide(
    pastKey,
    computed(() => status.value !== undefined),
  )
  onScopeDispose(() => {
    stopShowing()
    shown.past?.close()
  })
  return {
    status: shallowReadonly(status),
    at,
    begin,
    play: (speed) => shown.past?.play(speed),
    pause: () => shown.past?.pause(),
    end,
  }
}

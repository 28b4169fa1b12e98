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
import type { Course, PastPort, PlaybackStatus } from './playback.ts'
import type { PlaybackSpeed } from '../../../contract/wall-past.ts'
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
  /** Follows a course through the past until somebody here touches it, or it is ended. */
  steer(course: Course): void
  play(speed: PlaybackSpeed): void
  pause(): void
  /** Back to the present. */
  readonly end: () => void
  /** what stands below sees: the present, or the past in its place */
  readonly shown: Live
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
const presentKey: InjectionKey<Live> = Symbol('present')

/** Whether what is above shows the past: what cannot be had of the past is then not shown at all. */
export const useIsPast = (): ComputedRef<boolean> => inject(pastKey, () => computed(() => false), true)

/** The present, whatever is shown: for what must not be missed. */
export const usePresent = (): Live => inject(presentKey, () => useLive(), true)

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
    if (shown.past === undefined) open(instant)
    else {
      shown.past.jump(instant)
      // at once: whoever presses twice moves on from where the first press led
      at.value = shown.past.now()
    }
  }
  function steer(course: Course): void {
    if (shown.past === undefined) open(course.at())
    shown.past?.steer(course)
  }
  function open(instant: Instant): void {
    const onStatus = (next: PlaybackStatus): void => {
      status.value = next
    }
    const past = new Playback(instant, { port, timers, present: live.now, onCommit: shown.tell, onStatus })
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

  const isPast = computed(() => status.value !== undefined)
  onScopeDispose(() => {
    stopShowing()
    shown.past?.close()
  })
  return {
    status: shallowReadonly(status),
    at,
    ...{ begin, steer, end },
    play: (speed) => shown.past?.play(speed),
    pause: () => shown.past?.pause(),
    shown: provideShown({ live, shown, at, isPast }),
  }
}

interface ShownBelow {
  readonly live: Live
  readonly shown: Switch
  readonly at: Readonly<Ref<Instant>>
  readonly isPast: ComputedRef<boolean>
}

/** Hands what stands below the past in place of the present, and beside it the present itself. */
function provideShown({ live, shown, at, isPast }: ShownBelow): Live {
  const below: Live = {
    link: live.link,
    serverNow: computed(() => (at.value === 0 ? live.serverNow.value : at.value)),
    now: () => shown.past?.now() ?? live.now(),
    follow: (topic, listener) => shown.follow(topic, listener),
  }
  provide(liveKey, below)
  provide(presentKey, live)
  provide(pastKey, isPast)
  return below
}

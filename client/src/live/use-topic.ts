import type { App, MaybeRefOrGetter, Ref, ShallowRef } from 'vue'
import { readonly, ref, shallowReadonly, shallowRef, toValue, watch } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { topicName } from '../../../contract/topic.ts'
import type { TopicKind, Topics } from '../../../contract/topic.ts'
import { Followers, liveKey, nothing, useLive } from './followers.ts'
import type { Link } from './link.ts'
import type { TopicMap } from './picture.ts'
import { followBuild } from './reload.ts'
import { LiveSession } from './session.ts'
import { socketIoWire } from './socket-io-wire.ts'
import { browserTimers } from './timers.ts'
import type { Timers } from './timers.ts'
import type { OpenWire } from './wire.ts'

export interface LiveOptions {
  /** the build this page was made from, asked when the server first names its own; undefined: that one */
  readonly build?: () => string | undefined
  /** a route that answers 401 without a session; asked only when the WebSocket is refused */
  readonly sessionProbe?: string
  /** what follows is the browser's own unless a test puts something else in its place */
  readonly openWire?: OpenWire
  readonly timers?: Timers
  readonly beforeRepaint?: (task: () => void) => void
  readonly reload?: () => void
}

/**
 * Gives the app's components the live picture of the server. Nothing is opened before the first topic is asked for.
 * @returns the session; `app.unmount()` closes it
 */
export function provideLive(app: App, options: LiveOptions = {}): LiveSession {
  const timers = options.timers ?? browserTimers
  const followers = new Followers()
  const session: LiveSession = new LiveSession({
    openWire: options.openWire ?? socketIoWire({ isSignedIn: () => isSignedIn(options.sessionProbe ?? '/api/configuration') }),
    timers,
    beforeRepaint: options.beforeRepaint ?? ((task) => requestAnimationFrame(task)),
    chance: Math.random,
    onCommit: (changed) => {
      followers.tell(changed)
    },
    onLink: (next) => {
      link.value = next
    },
    onBuild: followBuild({
      build: options.build ?? (() => undefined),
      reload:
        options.reload ??
        (() => {
          location.reload()
        }),
      storage: sessionStorage,
      timers,
      wallClock: Date.now,
    }),
  })
  const link = shallowRef(session.link)
  const serverNow = ref<Instant>(0)
  const stopClock = tickEachSecond(session, timers, serverNow)
  const retry = (): void => {
    session.retryNow()
  }
  addEventListener('online', retry)
  app.onUnmount(() => {
    removeEventListener('online', retry)
    stopClock()
    session.close()
  })
  app.provide(liveKey, {
    link: shallowReadonly(link),
    serverNow: readonly(serverNow),
    now: () => session.serverNow(),
    follow: (topic, listener) => followers.follow(session, topic, listener),
  })
  return session
}

/**
 * What a topic holds, by entity id; empty until the first snapshot. The same Map while nothing in it changes, and at most one new one per
 * animation frame.
 * @param district undefined asks for nothing, and nothing is held
 * @param live where it is asked; what stands above unless another is named
 */
export function useTopic<K extends TopicKind>(
  kind: K,
  district: MaybeRefOrGetter<string | undefined>,
  live = useLive(),
): Readonly<ShallowRef<ReadonlyMap<string, Topics[K]>>> {
  const entities = shallowRef<TopicMap>(nothing)
  watch(
    () => {
      const asked = toValue(district)
      return asked === undefined ? undefined : topicName(kind, asked)
    },
    (topic, _before, onCleanup) => {
      if (topic === undefined) {
        entities.value = nothing
        return
      }
      onCleanup(
        live.follow(topic, (map) => {
          entities.value = map
        }),
      )
    },
    { immediate: true, flush: 'sync' },
  )
  // The name says the kind, and the contract says what a topic of that kind holds.
  return entities as Readonly<ShallowRef<ReadonlyMap<string, Topics[K]>>>
}

/** The server's now, renewed each second (P6); 0 before the first frame. */
export function useServerClock(): Readonly<Ref<Instant>> {
  return useLive().serverNow
}

/** How this screen stands to the server (P5). */
export function useLink(): Readonly<ShallowRef<Link>> {
  return useLive().link
}

/** Turns with the server's own seconds, so that every wall in a room changes its clock at once. */
function tickEachSecond(session: LiveSession, timers: Timers, serverNow: Ref<Instant>): () => void {
  let cancel = (): void => undefined
  const tick = (): void => {
    const now = session.serverNow()
    serverNow.value = now
    cancel = timers.after(now === 0 ? secondMs / 10 : secondMs - (now % secondMs), tick)
  }
  tick()
  return () => {
    cancel()
  }
}

async function isSignedIn(probe: string): Promise<boolean> {
  const response = await fetch(probe, { method: 'HEAD', cache: 'no-store' })
  return response.status !== 401
}

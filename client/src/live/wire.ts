import type { Frame, Hello, HelloAnswer } from '../../../contract/protocol.ts'

/** Why a wire went down: the session is no longer valid (an operator must sign in), or anything else (it will come back). */
export type DownReason = 'unauthorised' | 'unreachable'

export interface WireEvents {
  readonly onOpen: () => void
  readonly onFrame: (frame: Frame) => void
  /** at most once, last; never after `close()` */
  readonly onDown: (reason: DownReason) => void
}

/** One connection to the server. It does not mend itself: the session opens another. */
export interface Wire {
  /** Says hello; the answer comes at most once, and not at all when the wire goes down or is closed first. */
  hello(hello: Hello, onAnswer: (answer: HelloAnswer) => void): void
  close(): void
}

/** Opens a wire; its events come later, never during the call. */
export type OpenWire = (events: WireEvents) => Wire

/** A wire that is silent for good once it was closed here, however late the transport is. */
export function openGuarded(openWire: OpenWire, events: WireEvents): Wire {
  let isOpen = true
  const ifOpen =
    <Args extends readonly unknown[]>(listener: (...args: Args) => void) =>
    (...args: Args): void => {
      if (isOpen) listener(...args)
    }
  const wire = openWire({
    onOpen: ifOpen(events.onOpen),
    onFrame: ifOpen(events.onFrame),
    onDown: ifOpen(events.onDown),
  })
  return {
    hello(hello, onAnswer) {
      wire.hello(hello, ifOpen(onAnswer))
    },
    close() {
      isOpen = false
      wire.close()
    },
  }
}

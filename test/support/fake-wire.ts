import type { OpenWire, WireEvents } from '../../client/src/live/wire.ts'
import type { Hello, HelloAnswer } from '../../contract/protocol.ts'

/** One opened wire of a session under test: the test plays the server. */
export interface OpenedWire extends WireEvents {
  readonly hellos: { readonly hello: Hello; readonly answer: (answer: HelloAnswer) => void }[]
  isClosed: boolean
}

/** Wires that carry nothing by themselves; `opened` has them all, oldest first. */
export function fakeWires(): { readonly openWire: OpenWire; readonly opened: OpenedWire[] } {
  const opened: OpenedWire[] = []
  return {
    opened,
    openWire: (events) => {
      const wire: OpenedWire = { ...events, hellos: [], isClosed: false }
      opened.push(wire)
      return {
        hello(hello, answer) {
          wire.hellos.push({ hello, answer })
        },
        close() {
          wire.isClosed = true
        },
      }
    },
  }
}

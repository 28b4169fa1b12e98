import { onScopeDispose } from 'vue'

/** A finger that rests so long means to hold, not to tap; shorter than a browser's own menu. */
export const longPressMs = 600
/** A resting finger trembles, a drag goes further, px. */
const trembles = 12

/**
 * Hears a finger, or a mouse, that rests on something: the pressed element is clicked in its place while `isLong` says so, and the click
 * that the browser would make of it on release is swallowed.
 */
export function useLongPress(): { readonly isLong: () => boolean } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let start: { readonly x: number; readonly y: number } | undefined
  let [isHeld, isPressed] = [false, false]

  const cancel = (): void => {
    clearTimeout(timer)
    start = undefined
  }
  const down = (event: PointerEvent): void => {
    cancel()
    isHeld = false
    const { target } = event
    // a link followed by holding it would surprise
    if (!event.isPrimary || event.button !== 0 || !(target instanceof Element) || target.closest('[tabindex], button') === null) return
    start = { x: event.clientX, y: event.clientY }
    timer = setTimeout(() => {
      isHeld = true
      isPressed = true
      // an SVG has no click() of its own
      target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
      isPressed = false
    }, longPressMs)
  }
  const move = ({ clientX, clientY }: PointerEvent): void => {
    if (start !== undefined && Math.hypot(clientX - start.x, clientY - start.y) > trembles) cancel()
  }
  const click = (event: MouseEvent): void => {
    if (isPressed || !isHeld) return
    isHeld = false
    event.stopPropagation()
    event.preventDefault()
  }
  const menu = (event: Event): void => {
    if (isHeld) event.preventDefault()
  }
  const listeners = [
    ['pointerdown', down],
    ['pointermove', move],
    ['pointerup', cancel],
    ['pointercancel', cancel],
    ['click', click],
    ['contextmenu', menu],
  ] as const
  // a window calls each with the event that its name says
  for (const [name, listener] of listeners) window.addEventListener(name, listener as EventListener, true)
  onScopeDispose(() => {
    cancel()
    for (const [name, listener] of listeners) window.removeEventListener(name, listener as EventListener, true)
  })
  return { isLong: () => isPressed }
}

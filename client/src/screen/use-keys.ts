import { onScopeDispose } from 'vue'

/**
 * Calls `press` with each key of the wall's keyboard, in small letters: Caps Lock must not switch the keys off. Not while somebody types, and
 * not with a modifier.
 */
export function useKeys(press: (key: string, event: KeyboardEvent) => void): void {
  const listen = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
    if (!isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) press(event.key.toLowerCase(), event)
  }
  window.addEventListener('keydown', listen)
  onScopeDispose(() => {
    window.removeEventListener('keydown', listen)
  })
}

import { onScopeDispose } from 'vue'

/** Calls `press` with each key in small letters: Caps Lock on a wall's keyboard must not switch the keys off. Not while somebody types. */
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

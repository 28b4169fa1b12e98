import { onScopeDispose, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import type { Answered, Asking, Failure } from '../bench-api.ts'

export interface Polled<T> {
  /** the last answer; stays when a later question fails */
  readonly value: Readonly<ShallowRef<T | undefined>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  readonly again: () => Promise<void>
}

/** Asks at once and then `everyMs` after each answer, as long as the page is looked at; without `everyMs` only when told to. */
export function usePolled<T>(ask: (asking: Asking) => Promise<Answered<T>>, everyMs?: number): Polled<T> {
  const value = shallowRef<T>()
  const failure = shallowRef<Failure>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let underway: AbortController | undefined

  async function again(): Promise<void> {
    clearTimeout(timer)
    underway?.abort()
    const mine = new AbortController()
    underway = mine
    const answered = await ask({ signal: mine.signal })
    if (underway !== mine) return
    failure.value = answered.ok ? undefined : answered.failure
    if (answered.ok) value.value = answered.value
    if (everyMs !== undefined) timer = setTimeout(poll, everyMs)
  }
  function poll(): void {
    if (document.hidden && everyMs !== undefined) timer = setTimeout(poll, everyMs)
    else void again()
  }
  void again()
  onScopeDispose(() => {
    clearTimeout(timer)
    underway?.abort()
    underway = undefined
  })
  return { value, failure, again }
}

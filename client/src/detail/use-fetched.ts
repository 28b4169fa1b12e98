import { readonly, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { Instant } from '../../../contract/time.ts'
import { fetchJson } from '../desk/fetch-json.ts'
import type { Fetched } from '../desk/fetch-json.ts'

/** An answer of the server, and when it was given. */
export interface Asked<T> {
  readonly answer: Readonly<ShallowRef<Fetched<T>>>
  /** 0 before there is one */
  readonly answeredAt: Readonly<ShallowRef<Instant>>
  /** asks once more */
  readonly again: () => void
}

/**
 * Asks whenever the path is another; undefined asks nothing yet. An answer that comes after a later question is dropped.
 * @param now of the district's clock: nothing is asked before it is known, for an answer must say as of when it is
 */
export function useFetched<T>(path: () => string | undefined, now: () => Instant): Asked<T> {
  const question = (): string | undefined => (now() === 0 ? undefined : path())
  const answer = shallowRef<Fetched<T>>({ state: 'loading' })
  const answeredAt = shallowRef<Instant>(0)
  let asked = 0
  const ask = async (): Promise<void> => {
    asked += 1
    const mine = asked
    const current = question()
    answer.value = { state: 'loading' }
    if (current === undefined) return
    const told = await fetchJson<T>(current)
    if (mine !== asked) return
    answer.value = told
    answeredAt.value = now()
  }
  watch(question, () => void ask(), { immediate: true })
  return { answer: readonly(answer) as Readonly<ShallowRef<Fetched<T>>>, answeredAt, again: () => void ask() }
}

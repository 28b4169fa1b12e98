import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { Sample, TryAnswer } from '../../../../contract/bench.ts'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'

/** How long after the last keystroke a try begins, ms. */
export const restMs = 400

export interface TrialInput {
  readonly yaml: string
  readonly sample: Sample | undefined
}

export interface Trial {
  /** answer to what is typed now; undefined while it is not known */
  readonly answer: Readonly<ShallowRef<TryAnswer | undefined>>
  /** mistakes in the file of the last answer, kept while typing */
  readonly problems: Readonly<ShallowRef<TryAnswer['problems']>>
  /** the last answer whose file had no problem: stays while the next is on its way, or is wrong */
  readonly good: Readonly<ShallowRef<TryAnswer | undefined>>
  /** typing: waiting for a pause · trying: the server was asked · settled */
  readonly state: Readonly<ShallowRef<'typing' | 'trying' | 'settled'>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** Asks at once, without waiting for a pause. */
  readonly again: () => void
}

/** Tries what is typed, 400 ms after the last keystroke; an answer that was overtaken is dropped. */
export function useTrial(input: () => TrialInput, attempt: typeof benchApi.attempt = benchApi.attempt): Trial {
  const [answer, good] = [shallowRef<TryAnswer>(), shallowRef<TryAnswer>()]
  const problems = shallowRef<TryAnswer['problems']>([])
  const state = shallowRef<Trial['state']['value']>('settled')
  const failure = shallowRef<Failure>()
  let waiting: ReturnType<typeof setTimeout> | undefined
  let underway: AbortController | undefined

  async function run(): Promise<void> {
    const { yaml, sample } = input()
    state.value = yaml.trim() === '' ? 'settled' : 'trying'
    if (state.value === 'settled') return
    const mine = new AbortController()
    underway = mine
    const answered = await attempt(yaml, sample, { signal: mine.signal })
    if (underway !== mine) return
    state.value = 'settled'
    failure.value = answered.ok ? undefined : answered.failure
    if (answered.ok) take(answered.value)
  }
  function take(told: TryAnswer): void {
    answer.value = told
    problems.value = told.problems
    if (told.problems.length === 0) good.value = told
  }
  function stop(): void {
    clearTimeout(waiting)
    underway?.abort()
    underway = undefined
  }
  function plan(pauseMs: number): void {
    stop()
    answer.value = undefined
    state.value = 'typing'
    waiting = setTimeout(() => void run(), pauseMs)
  }
  watch(
    input,
    (now, before) => {
      if (before === undefined) plan(0)
      else if (now.yaml !== before.yaml || !isSameSample(now.sample, before.sample)) plan(restMs)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return { answer, good, problems, state, failure, again: plan.bind(undefined, 0) }
}

const isSameSample = (a: Sample | undefined, b: Sample | undefined): boolean =>
  a?.body === b?.body && a?.encoding === b?.encoding && a?.origin === b?.origin

import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { secondMs } from '../../../../contract/time.ts'
import type { WallReports } from '../../../../contract/wall.ts'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'

/** so many walls may answer in one turn that their news is gathered for a moment */
const gatherMs = 60
const againAfterMs = 3 * secondMs

/** What walls say of themselves, as soon as the server hears it: each question waits there for news. */
export function useWallReports(district: () => string): {
  readonly reports: Readonly<ShallowRef<WallReports | undefined>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
} {
  const reports = shallowRef<WallReports>()
  const failure = shallowRef<Failure>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let underway: AbortController | undefined
  const stop = (): void => {
    clearTimeout(timer)
    underway?.abort()
    underway = undefined
  }
  async function ask(): Promise<void> {
    const mine = new AbortController()
    underway = mine
    const answered = await benchApi.wallReports(district(), reports.value?.version, { signal: mine.signal })
    if (underway !== mine) return
    failure.value = answered.ok ? undefined : answered.failure
    if (answered.ok) reports.value = answered.value
    timer = setTimeout(() => void ask(), answered.ok ? gatherMs : againAfterMs)
  }
  watch(
    district,
    () => {
      stop()
      reports.value = undefined
      void ask()
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return { reports, failure }
}

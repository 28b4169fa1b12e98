import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { ReportAnswer, ReportState } from '../../../../contract/report.ts'
import { benchApi } from '../bench-api.ts'
import type { Answered, Failure } from '../bench-api.ts'
import { useCommand } from '../use-command.ts'

export interface ReportAtDesk {
  /** undefined until it is read, and where nothing was drafted */
  readonly answer: Readonly<ShallowRef<ReportAnswer | undefined>>
  readonly failure: Readonly<Ref<Failure | undefined>>
  readonly isBusy: Readonly<Ref<boolean>>
  /** @returns whether it was done */
  readonly draft: () => Promise<boolean>
  readonly write: (section: string, text: string | null) => Promise<boolean>
  readonly issue: () => Promise<boolean>
  readonly again: () => Promise<void>
}

/** One month's report: read anew whenever the server tells of another version, and changed as the version that is shown. */
export function useReport(district: () => string, state: () => ReportState): ReportAtDesk {
  const answer = shallowRef<ReportAnswer>()
  const hand = useCommand()
  /** why it could not be read */
  const unread = shallowRef<Failure>()
  const failure = computed(() => hand.failure.value ?? unread.value)
  const { isBusy } = hand
  let isOver = false
  onScopeDispose(() => (isOver = true))

  async function again(): Promise<void> {
    if (state().state === 'due') return
    const told = await benchApi.report(state().id)
    if (isOver) return
    if (told.ok) answer.value = told.value
    unread.value = told.ok ? undefined : told.failure
  }

  async function send(what: object, ask: (command: string) => Promise<Answered<unknown>>): Promise<boolean> {
    await hand.send(what, ask)
    const isDone = hand.failure.value === undefined
    const isConflict = hand.failure.value?.kind === 'conflict'
    if (isDone || isConflict) await again()
    return isDone
  }

  watch(() => state().version, again, { immediate: true })

  const seen = (): number => answer.value?.state.version ?? state().version
  return {
    answer,
    failure,
    isBusy,
    again,
    draft: () => {
      const asked = { district: district(), month: state().month, seen: seen() }
      return send({ draft: asked }, (command) => benchApi.draftReport({ ...asked, command }))
    },
    write: (section, text) => {
      const asked = { seen: seen(), texts: { [section]: text } }
      return send({ write: asked }, (command) => benchApi.writeReport(state().id, { ...asked, command }))
    },
    issue: () => {
      const asked = { seen: seen() }
      return send({ issue: asked }, (command) => benchApi.issueReport(state().id, { ...asked, command }))
    },
  }
}

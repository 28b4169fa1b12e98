import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { ReportAnswer, ReportState } from '../../../../contract/report.ts'
import { benchApi } from '../bench-api.ts'
import type { Answered, Failure } from '../bench-api.ts'
import { newCommand } from '../../live/new-command.ts'

export interface ReportAtDesk {
  /** undefined until it is read, and where nothing was drafted */
  readonly answer: Readonly<ShallowRef<ReportAnswer | undefined>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
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
  const failure = shallowRef<Failure>()
  const isBusy = ref(false)
  /** of a command whose answer never came: the same one is sent again under the same name */
  const unanswered = new Map<string, string>()
  let isOver = false
  onScopeDispose(() => (isOver = true))

  async function again(): Promise<void> {
    if (state().state === 'due') return
    const told = await benchApi.report(state().id)
    if (isOver) return
    if (told.ok) answer.value = told.value
    else failure.value = told.failure
  }

  async function send(named: string, ask: (command: string) => Promise<Answered<unknown>>): Promise<boolean> {
    const command = unanswered.get(named) ?? newCommand()
    unanswered.set(named, command)
    isBusy.value = true
    const told = await ask(command)
    isBusy.value = false
    if (told.ok || told.failure.kind !== 'away') unanswered.delete(named)
    failure.value = told.ok ? undefined : told.failure
    if (told.ok || told.failure.kind === 'conflict') await again()
    return told.ok
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
      return send(`draft/${JSON.stringify(asked)}`, (command) => benchApi.draftReport({ ...asked, command }))
    },
    write: (section, text) => {
      const asked = { seen: seen(), texts: { [section]: text } }
      return send(`write/${JSON.stringify(asked)}`, (command) => benchApi.writeReport(state().id, { ...asked, command }))
    },
    issue: () => {
      const asked = { seen: seen() }
      return send(`issue/${JSON.stringify(asked)}`, (command) => benchApi.issueReport(state().id, { ...asked, command }))
    },
  }
}

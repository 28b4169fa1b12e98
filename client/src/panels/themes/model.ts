import type { ThemeDefinition } from '../../../../contract/configuration.ts'
import type { InputState } from '../../../../contract/topic.ts'

/** 一件事: the themes in their two cycles, each with this year's cases. Pure. */
export interface ThemeLine {
  readonly theme: ThemeDefinition
  /** undefined: nobody reports it */
  readonly state: InputState | undefined
  /** share of the cases handled online, 0-1; undefined where that is not reported, or nothing was handled */
  readonly online: number | undefined
}

export interface ThemeCycle {
  readonly cycle: ThemeDefinition['cycle']
  readonly lines: readonly ThemeLine[]
}

/** @param input the input of cases, told apart by theme; of those handled online the input is called `<input>_online` */
export function themeCycles(
  definitions: readonly ThemeDefinition[],
  states: ReadonlyMap<string, InputState>,
  { input, district }: { readonly input: string; readonly district: string },
): readonly ThemeCycle[] {
  const own = definitions.filter((theme) => theme.district === district).sort((a, b) => a.no - b.no)
  const lines = own.map((theme) => {
    const state = states.get(`${input}/${theme.id}`)
    const online = states.get(`${input}_online/${theme.id}`)
    return { theme, state, online: online === undefined || state === undefined || state.value <= 0 ? undefined : online.value / state.value }
  })
  return (['enterprise', 'individual'] as const)
    .map((cycle) => ({ cycle, lines: lines.filter(({ theme }) => theme.cycle === cycle) }))
    .filter(({ lines: some }) => some.length > 0)
}

/** How many have handled at least one case this year, of how many. */
export function themesWithCases(cycles: readonly ThemeCycle[]): { readonly n: number; readonly all: number } {
  const lines = cycles.flatMap(({ lines: some }) => some)
  return { n: lines.filter(({ state }) => state !== undefined && state.value > 0).length, all: lines.length }
}

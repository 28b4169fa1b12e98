import { computed } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import type { District } from '../../../contract/configuration.ts'
import type { InputDefinition } from '../../../contract/indicator.ts'
import type { InputState } from '../../../contract/topic.ts'
import { hourMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { useConfiguration } from '../configuration.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { useDistrictClock } from '../screen/use-district-clock.ts'
import { noValue } from '../ui/format.ts'
import { qualityOfInput } from '../ui/quality.ts'
import type { FigureValue, Quality } from '../ui/quality.ts'

/** Inputs that are shown by themselves, member by member. */
export interface Inputs {
  readonly definition: ComputedRef<InputDefinition | undefined>
  readonly states: Readonly<ShallowRef<ReadonlyMap<string, InputState>>>
  readonly now: ComputedRef<Instant>
  readonly quality: (state: InputState | undefined) => Quality
  /** `text` as it is written, with the quality, time and source of the state; a dash without one */
  readonly figure: (state: InputState | undefined, text: string, unit?: string) => FigureValue
}

/** @param input id in config/inputs.yaml */
export function useInputs(district: () => District, input: () => string): Inputs {
  const configuration = useConfiguration()
  const names = useNames()
  const now = useDistrictClock(district)
  const states = useTopic('inputs', () => district().id)
  const feeds = useTopic('feeds', () => district().id)
  const definition = computed(() => configuration.inputs.find(({ id }) => id === input()))
  const quality = (state: InputState | undefined): Quality =>
    qualityOfInput(state, (definition.value?.cadenceHours ?? 24) * hourMs, state === undefined ? undefined : feeds.value.get(state.feed), now.value)
  const figure = (state: InputState | undefined, text: string, unit = ''): FigureValue => {
    if (state === undefined) return { text: noValue, unit: '', quality: quality(state), asOf: undefined, source: '' }
    const feed = feeds.value.get(state.feed)
    return { text, unit, quality: quality(state), asOf: state.observedAt, source: feed === undefined ? '' : names.value.of(feed.label) }
  }
  return { definition, states, now, quality, figure }
}

import type { SectorDefinition } from '../../../../contract/configuration.ts'
import type { InputDefinition } from '../../../../contract/indicator.ts'
import type { InputState } from '../../../../contract/topic.ts'

/** 数据汇聚 by sector. Pure. */
export interface SectorLine {
  readonly sector: SectorDefinition
  /** undefined: nobody reports it */
  readonly state: InputState | undefined
  /** records since the start of the year; undefined where either end is not known */
  readonly growth: number | undefined
}

/** @param input the input of records, told apart by sector; a stock has grown from its value at the start of the year, parts add up to it */
export function sectorLines(
  sectors: readonly SectorDefinition[],
  states: ReadonlyMap<string, InputState>,
  input: Pick<InputDefinition, 'id' | 'gather'>,
  district: string,
): readonly SectorLine[] {
  return sectors
    .filter((sector) => sector.district === district)
    .map((sector) => {
      const state = states.get(`${input.id}/${sector.id}`)
      return { sector, state, growth: state === undefined ? undefined : growthOf(state, input.gather) }
    })
}

function growthOf({ value, start }: InputState, gather: InputDefinition['gather']): number | undefined {
  if (gather === 'sum') return value
  return start === undefined ? undefined : value - start
}

import type { DutyAnswer, DutyRecorded, HandoverRequest, ResourceRequest, RosterAnswer, SheetAnswer, SwapRequest } from '../../../../contract/duty.ts'
import { ask } from '../bench-api.ts'
import type { Answered, Asking } from '../bench-api.ts'

const id = encodeURIComponent
const inDistrict = (district: string): string => `district=${id(district)}`

/** 值班's questions to the server, as contract/duty.ts names them. Never throws: what went wrong is an answer. */
export const dutyApi = {
  people: (district: string, asking?: Asking): Promise<Answered<DutyAnswer>> => ask(`/api/duty?${inDistrict(district)}`, undefined, asking),
  importRoster: (district: string, file: File, command: string): Promise<Answered<RosterAnswer>> =>
    ask(`/api/duty/roster?${inDistrict(district)}&command=${command}&file=${id(file.name)}`, file),
  swap: (asked: SwapRequest): Promise<Answered<DutyRecorded>> => ask('/api/duty/swaps', asked),
  resource: (asked: ResourceRequest): Promise<Answered<DutyRecorded>> => ask('/api/resources', asked),
  sheet: (district: string, asking?: Asking): Promise<Answered<SheetAnswer>> =>
    ask(`/api/handovers/sheet?${inDistrict(district)}`, undefined, asking),
  signed: (district: string, shift: string, asking?: Asking): Promise<Answered<SheetAnswer>> =>
    ask(`/api/handovers/${shift}?${inDistrict(district)}`, undefined, asking),
  sign: (asked: HandoverRequest): Promise<Answered<DutyRecorded>> => ask('/api/handovers', asked),
  paper: (district: string, shift: string): string => `/api/handovers/${shift}?${inDistrict(district)}&as=docx`,
} as const

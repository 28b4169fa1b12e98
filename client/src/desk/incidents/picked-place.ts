import type { Place } from '../../../../contract/fact-field.ts'
import type { Datum } from '../../../../contract/incident-command.ts'

/** A place that somebody has pointed out. */
export interface PickedPlace {
  readonly place: Place
  readonly datum: Datum
  /** where a town was named */
  readonly subdistrict: string | undefined
  /** as it was named, or written */
  readonly name: string
}

/** As the server is told. */
export function whereOf(picked: PickedPlace | undefined): { readonly place?: Place; readonly datum?: Datum; readonly subdistrict?: string } {
  if (picked === undefined) return {}
  const { place, datum, subdistrict } = picked
  return { place, datum, ...(subdistrict === undefined ? {} : { subdistrict }) }
}

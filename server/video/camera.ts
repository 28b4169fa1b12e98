import { z } from 'zod'
import type { Place } from '../../contract/fact-field.ts'
import { maskText } from '../core/masking.ts'

/** How platforms of every maker write down a camera: numbers as text, nearly everything null, and whose door it is in the name. */

const absent = z.union([z.null(), z.literal('')]).transform(() => undefined)

/** A number, or its text; undefined for null, an empty text and what is not there. */
export const numeric = z.union([absent, z.coerce.number()]).optional()

/** Installers write down whose door it is, and whom to call: masked. More than is kept is looked at, so that no number is cut in half. */
export function cameraName(given: string): string {
  const legible = given
    .slice(0, 800)
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
  return maskText(legible.trim()).slice(0, 200)
}

/** Undefined for what is no place: missing, 0,0, out of range. */
export function cameraPlace(longitude: number | undefined, latitude: number | undefined): Place | undefined {
  if (longitude === undefined || latitude === undefined) return undefined
  if (longitude === 0 && latitude === 0) return undefined
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined
}

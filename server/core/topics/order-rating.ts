import type { Rating } from '../../../contract/fact.ts'
import { unstated } from '../statements.ts'

/** 回访评价 of one order, and the rank of its statement. */
export interface RatingStatement {
  readonly rating: Rating | undefined
  readonly rank: number
}

export const notRated: RatingStatement = { rating: undefined, rank: unstated }

/** Whether somebody was asked and answered. */
export const isValidRating = (rating: Rating | undefined): boolean => rating !== undefined && rating !== 'unreached' && rating !== 'declined'

/**
 * The later of two holds, but an answer is never undone by a later call-back without one: else whoever is rated badly need only ring again
 * when nobody is at home. Of two at one instant the same one holds, whichever came first.
 */
export function laterRating(known: RatingStatement, given: RatingStatement & { readonly rating: Rating }): RatingStatement {
  const isValid = isValidRating(given.rating)
  if (known.rating === undefined || isValid !== isValidRating(known.rating)) return known.rating === undefined || isValid ? given : known
  if (given.rank !== known.rank) return given.rank > known.rank ? given : known
  return given.rating > known.rating ? given : known
}

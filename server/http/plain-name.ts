/** A name that shows as what it is: no line breaks, nothing invisible, nothing that turns the direction of what stands beside it. */
export const plainName = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u
export const plainNameWords = 'expected a name without control characters'

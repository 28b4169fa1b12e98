/** A scale bar of a round length. */
export interface ScaleBar {
  readonly km: number
  readonly px: number
}

/** The longest of 1, 2, 5, 10, 20 … km (or parts) that is not longer than `maxPx`. */
export function scaleBar(pixelsPerKm: number, maxPx: number): ScaleBar {
  const most = maxPx / pixelsPerKm
  const power = 10 ** Math.floor(Math.log10(most))
  const km = power * ([5, 2, 1].find((step) => step * power <= most) ?? 1)
  return { km, px: km * pixelsPerKm }
}

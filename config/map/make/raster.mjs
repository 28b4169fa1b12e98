/** Small tools over a grid of numbers. */

export const mix = (a, b, t) => a + (b - a) * t

/** Height of a field between its cells. */
export function sample({ width, rows, height }, x, y) {
  const column = Math.max(0, Math.min(width - 2, Math.floor(x)))
  const row = Math.max(0, Math.min(rows - 2, Math.floor(y)))
  const u = Math.max(0, Math.min(1, x - column))
  const v = Math.max(0, Math.min(1, y - row))
  const at = row * width + column
  return mix(mix(height[at], height[at + 1], u), mix(height[at + width], height[at + width + 1], u), v)
}

/** Mean over a square of ± `radius` cells, twice: near enough to a Gauss. */
export function blur(values, width, rows, radius) {
  let from = values
  for (let pass = 0; pass < 2; pass++) {
    const across = new Float32Array(from.length)
    const down = new Float32Array(from.length)
    for (let y = 0; y < rows; y++) slide(from, across, y * width, 1, width, radius)
    for (let x = 0; x < width; x++) slide(across, down, x, width, rows, radius)
    from = down
  }
  return from
}

function slide(from, to, start, stride, length, radius) {
  let sum = 0
  for (let i = -radius; i <= radius; i++) sum += from[start + stride * Math.max(0, Math.min(length - 1, i))]
  for (let i = 0; i < length; i++) {
    to[start + stride * i] = sum / (2 * radius + 1)
    sum += from[start + stride * Math.min(length - 1, i + radius + 1)] - from[start + stride * Math.max(0, i - radius)]
  }
}

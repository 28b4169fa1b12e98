/** Smooth seeded noise on a plane: value noise with a quintic fade, about −1 to 1. The same seed gives the same ground. */
export function createNoise(seed) {
  const hash = (x, y) => {
    let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 2147483647)
    h = Math.imul(h ^ (h >>> 13), 1274126177)
    return ((h ^ (h >>> 16)) >>> 0) / 2147483648 - 1
  }
  const fade = (t) => t * t * t * (t * (t * 6 - 15) + 10)
  return (x, y) => {
    const column = Math.floor(x)
    const row = Math.floor(y)
    const u = fade(x - column)
    const v = fade(y - row)
    const north = hash(column, row) * (1 - u) + hash(column + 1, row) * u
    const south = hash(column, row + 1) * (1 - u) + hash(column + 1, row + 1) * u
    return north * (1 - v) + south * v
  }
}

/** Several octaves of it, each half as strong and twice as fine. */
export function fractal(noise, x, y, octaves) {
  let sum = 0
  let weight = 1
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(x * 2 ** octave + octave * 17.3, y * 2 ** octave - octave * 9.1)
    weight *= 0.5
  }
  return sum
}

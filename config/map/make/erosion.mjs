/**
 * Rivers wearing down a rising plateau: the stream power law dh/dt = U − K·A^½·S solved implicitly from the mouths upwards
 * (Braun and Willett 2013), with a priority flood so that water always finds a way out. Gives branching valleys and sharp ridges.
 */

const steps = [
  [1, 0, 1],
  [-1, 0, 1],
  [0, 1, 1],
  [0, -1, 1],
  [1, 1, Math.SQRT2],
  [1, -1, Math.SQRT2],
  [-1, 1, Math.SQRT2],
  [-1, -1, Math.SQRT2],
]

/** A heap of cells by key, lowest first. */
function createHeap(capacity, key) {
  const cells = new Int32Array(capacity)
  let size = 0
  return {
    get size() {
      return size
    },
    push(cell) {
      let at = size++
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (key[cells[parent]] <= key[cell]) break
        cells[at] = cells[parent]
        at = parent
      }
      cells[at] = cell
    },
    pop() {
      const top = cells[0]
      const last = cells[--size]
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= size) break
        if (child + 1 < size && key[cells[child + 1]] < key[cells[child]]) child++
        if (key[cells[child]] >= key[last]) break
        cells[at] = cells[child]
        at = child
      }
      cells[at] = last
      return top
    },
  }
}

/** Orders cells from the mouths upwards and says where each one drains. Pits are filled on a copy, never in `height`. */
function drain({ width, rows, height, outlet }, jitter) {
  const count = width * rows
  const filled = new Float32Array(count)
  const seen = new Uint8Array(count)
  const receiver = new Int32Array(count)
  const distance = new Float32Array(count)
  const order = new Int32Array(count)
  const heap = createHeap(count, filled)
  for (let cell = 0; cell < count; cell++) {
    if (!outlet[cell]) continue
    filled[cell] = height[cell]
    receiver[cell] = cell
    seen[cell] = 1
    heap.push(cell)
  }
  for (let done = 0; heap.size > 0; done++) {
    const cell = heap.pop()
    order[done] = cell
    const x = cell % width
    const y = (cell - x) / width
    let best = 0
    for (const [dx, dy, length] of steps) {
      const column = x + dx
      const row = y + dy
      if (column < 0 || row < 0 || column >= width || row >= rows) continue
      const near = row * width + column
      if (!seen[near]) {
        seen[near] = 1
        filled[near] = Math.max(height[near], filled[cell] + 0.01)
        receiver[near] = cell
        distance[near] = length
        heap.push(near)
      } else if (!outlet[cell]) {
        const fall = ((filled[cell] - filled[near]) / length) * (1 + 0.35 * jitter[(near * 7 + cell) % jitter.length])
        if (filled[near] < filled[cell] && fall > best) {
          best = fall
          receiver[cell] = near
          distance[cell] = length
        }
      }
    }
  }
  return { order, receiver, distance }
}

/** Lets cells creep towards the mean of their neighbours: rounds ridges, keeps outlets. `share` ≤ 1. */
function creep({ width, rows, height, outlet }, share) {
  const before = height.slice()
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const cell = y * width + x
      if (outlet[cell]) continue
      const mean = (before[cell - 1] + before[cell + 1] + before[cell - width] + before[cell + width]) / 4
      height[cell] += share * (mean - before[cell])
    }
  }
}

/**
 * Wears `field` {width, rows, cellM, height, outlet, uplift} in place.
 * @param uplift metres per step and cell
 * @param options times: steps · steepness: slope in equilibrium at 1 km² of catchment for a rise of 1 m per step · creep: 0-1
 */
export function erode(field, { times, steepness, creepShare, maxSlope }) {
  const { width, rows, cellM, height, outlet, uplift } = field
  const jitter = Float32Array.from({ length: 4099 }, (_, i) => (Math.imul(i, 2654435761) >>> 0) / 2147483648 - 1)
  const wear = 1 / (steepness * 1000)
  const area = new Float32Array(width * rows)
  for (let time = 0; time < times; time++) {
    const { order, receiver, distance } = drain(field, jitter)
    area.fill(cellM * cellM)
    for (let i = order.length - 1; i >= 0; i--) if (receiver[order[i]] !== order[i]) area[receiver[order[i]]] += area[order[i]]
    for (const cell of order) {
      if (outlet[cell]) continue
      const below = receiver[cell]
      const length = distance[cell] * cellM
      const force = (wear * Math.sqrt(area[cell])) / length
      const worn = (height[cell] + uplift[cell] + force * height[below]) / (1 + force)
      height[cell] = Math.min(worn, height[below] + maxSlope * length)
    }
    creep(field, creepShare)
  }
  return area
}

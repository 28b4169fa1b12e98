import type { BoxSize, Point } from './mercator.ts'

/** A rectangle on the screen, px. */
export interface Box extends BoxSize {
  readonly x: number
  readonly y: number
}

/** Something that wants room. Wishes are met in the order given: what comes first never yields to what comes later. */
export interface Wish {
  readonly id: string
  /** in order of preference; may depend on where earlier ones were put */
  readonly candidates: (placed: ReadonlyMap<string, Box>) => readonly Box[]
  /** takes its first candidate rather than vanish, even over something else */
  readonly compulsory?: boolean
}

/** A box of that size with its middle there. */
export const boxAround = ([x, y]: Point, { width, height }: BoxSize): Box => ({ x: x - width / 2, y: y - height / 2, width, height })

export const middleOf = (box: Box): Point => [box.x + box.width / 2, box.y + box.height / 2]

export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height

/**
 * Puts each wish at its first candidate that is inside `frame` and overlaps nothing placed before.
 * @param obstacles what stands already and cannot move
 * @returns boxes by id; a wish without room is absent
 */
export function placeLabels(wishes: readonly Wish[], frame: Box, obstacles: readonly Box[] = []): ReadonlyMap<string, Box> {
  const placed = new Map<string, Box>()
  const taken = [...obstacles]
  for (const { id, candidates, compulsory = false } of wishes) {
    const boxes = candidates(placed)
    const free = boxes.find((box) => contains(frame, box) && !taken.some((other) => overlap(box, other)))
    const box = free ?? (compulsory ? boxes[0] : undefined)
    if (box === undefined) continue
    placed.set(id, box)
    taken.push(box)
  }
  return placed
}

/** Where the name of a dot may stand: above it, below, right, left, then the corners. `gap` from the dot's middle to the name. */
export function besideDot([x, y]: Point, { width, height }: BoxSize, gap: number): readonly Box[] {
  const at = (dx: number, dy: number): Box => ({ x: x + dx, y: y + dy, width, height })
  const [left, right, above, below] = [-width - gap, gap, -height - gap, gap]
  return [
    at(-width / 2, above),
    at(-width / 2, below),
    at(right, -height / 2),
    at(left, -height / 2),
    at(right, above),
    at(left, above),
    at(right, below),
    at(left, below),
  ]
}

/** Where a name may stand that found no room beside its dot: all around it, further and further out; it then needs a line to its dot. */
export function awayFromDot(dot: Point, size: BoxSize, reach: number): readonly Box[] {
  const turns = Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8)
  return [1, 1.6, 2.4, 3.4, 4.6, 6].flatMap((times) =>
    turns.map((angle) =>
      boxAround([dot[0] + Math.cos(angle) * (reach * times + size.width / 2), dot[1] + Math.sin(angle) * (reach * times + size.height / 2)], size),
    ),
  )
}

/** Where a circle may stand beside a name: above, below, right, left. */
export function besideBox(box: Box, size: BoxSize, gap: number): readonly Box[] {
  const [x, y] = middleOf(box)
  const right = box.width / 2 + size.width / 2 + gap
  const down = box.height / 2 + size.height / 2 + gap
  const offsets: readonly Point[] = [
    [0, -down],
    [0, down],
    [right, 0],
    [-right, 0],
  ]
  return offsets.map(([dx, dy]) => boxAround([x + dx, y + dy], size))
}

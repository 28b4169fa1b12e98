/** True when two JSON values say the same. A key that is absent equals one that is undefined: JSON cannot tell them apart. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) || Array.isArray(right)) return Array.isArray(left) && Array.isArray(right) && isSameList(left, right)
  return isSameRecord(left, right)
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, index) => isSame(value, right[index]))
}

function isSameRecord(left: object, right: object): boolean {
  const mine = new Map(Object.entries(left))
  const theirs = new Map(Object.entries(right))
  for (const key of theirs.keys()) if (!mine.has(key) && theirs.get(key) !== undefined) return false
  for (const [key, value] of mine) if (!isSame(value, theirs.get(key))) return false
  return true
}

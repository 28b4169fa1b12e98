/** Keys within the details: Tab goes round, the arrows go from row to row. */

const reachable = 'button:not(:disabled), a[href], input, [tabindex="0"]'

/** Keeps the focus within: from the last to the first, and back. */
export function stayWithin(root: HTMLElement, event: KeyboardEvent): void {
  const all = [...root.querySelectorAll<HTMLElement>(reachable)]
  const [first, last] = [all[0], all.at(-1)]
  const edge = event.shiftKey ? first : last
  const isInside = document.activeElement !== null && all.some((one) => one === document.activeElement)
  if (isInside && document.activeElement !== edge) return
  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}

/** From any place to the first row, or from a row to its neighbour. */
export function moveAmongRows(root: HTMLElement, event: KeyboardEvent): void {
  const rows = [...root.querySelectorAll<HTMLElement>('[data-row]:not(:disabled)')]
  if (rows.length === 0) return
  event.preventDefault()
  const current = rows.findIndex((row) => row === document.activeElement)
  const step = event.key === 'ArrowDown' ? 1 : -1
  const next = current < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, current + step))
  rows[next]?.focus()
}

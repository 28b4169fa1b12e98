let count = 0
const told: string[] = []
const mostTold = 20

/** Number under which a panel's fault can be found in the browser's log. */
export function nextFaultCode(): string {
  count += 1
  return `P-${String(count)}`
}

/** The latest faults of this page, as P-17 map: what a wall says of itself (P9.2). */
export const faultsTold = (): readonly string[] => told

/** Keeps what went wrong where a maintainer looks: the browser's log, which a kiosk's supervisor collects. */
export function reportFault(code: string, panel: string, error: unknown): void {
  told.push(`${code} ${panel}`)
  told.splice(0, told.length - mostTold)
  // eslint-disable-next-line no-console -- the words of an error may hold anything, and do not leave the wall
  console.error(`${code}: the panel ${panel} failed`, error)
}

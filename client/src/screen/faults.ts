let count = 0

/** Number under which a panel's fault can be found in the browser's log. */
export function nextFaultCode(): string {
  count += 1
  return `P-${String(count)}`
}

/** Keeps what went wrong where a maintainer looks: the browser's log, which a kiosk's supervisor collects. */
export function reportFault(code: string, panel: string, error: unknown): void {
  // eslint-disable-next-line no-console -- the only record there is on a wall, which may send nothing to the server (P9)
  console.error(`${code}: the panel ${panel} failed`, error)
}

/** English units of the configuration are plurals: `1 themes` is `1 theme`, `1 entries` is `1 entry`. Words that are none stay. Pure. */
export function singular(plural: string): string {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`
  return /[^s]s$/.test(plural) ? plural.slice(0, -1) : plural
}

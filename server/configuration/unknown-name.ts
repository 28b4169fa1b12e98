/** Says that a name means nothing, and which names there are. */
export function unknownName(what: string, name: string, known: Iterable<string>): string {
  const names = [...known]
  return `no ${what} is called ${JSON.stringify(name)}; ${names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`}`
}

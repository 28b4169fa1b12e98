/** Rules of a feed by the name they are for; `*` is for every other. */
export class RulesByName<Rule> {
  readonly #rules: ReadonlyMap<string, Rule>
  readonly isEmpty: boolean

  constructor(rules: Readonly<Record<string, Rule>>) {
    this.#rules = new Map(Object.entries(rules))
    this.isEmpty = this.#rules.size === 0
  }

  /** @param names from the most particular to the most general. @returns the rule with the name it stands under */
  find(names: readonly string[]): { readonly name: string; readonly rule: Rule } | undefined {
    if (this.isEmpty) return undefined
    for (const name of names) {
      const rule = this.#rules.get(name)
      if (rule !== undefined) return { name, rule }
    }
    const usual = this.#rules.get('*')
    return usual === undefined ? undefined : { name: '*', rule: usual }
  }
}

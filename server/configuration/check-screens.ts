import type { Screen } from '../../contract/configuration.ts'
import type { PanelName } from '../../contract/panel.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import { unknownName, unknownOfMany } from './unknown-name.ts'

/** Checks that each screen stands once, that the default district has one, and that what panels' options name is there. */
export function checkScreens(reader: ConfigurationReader, registry: Registry): void {
  const seen = new Set<string>()
  for (const screen of registry.screens) {
    const name = `${screen.id}@${screen.district}`
    if (seen.has(name)) reader.reportIn(screen, ['id'], `district ${screen.district} has this screen twice`)
    seen.add(name)
    checkOptions(reader, registry, screen)
  }
  if (!registry.screens.some((screen) => screen.district === registry.app.defaultDistrict))
    reader.report('screens', [], `the default district ${registry.app.defaultDistrict} has no screen`)
}

type OptionCheck = (name: string, registry: Registry, screen: Screen) => string | undefined

const indicatorProblem: OptionCheck = (name, { indicators }) =>
  indicators.has(name) ? undefined : unknownOfMany('indicator', name, { known: indicators.keys(), place: 'config/indicators' })

const rankingProblem: OptionCheck = (name, { rankings }, { district }) => {
  const own = [...rankings.values()].filter((ranking) => ranking.district === district).map(({ id }) => id)
  return own.includes(name) ? undefined : unknownName(`ranking of district ${district}`, name, own)
}

/** A panel draws members, so the input must have such, and be told to walls. */
const inputBy =
  (by: 'sector' | 'theme'): OptionCheck =>
  (name, { inputs }) => {
    const input = inputs.get(name)
    if (input === undefined) return unknownOfMany('input', name, { known: inputs.keys(), place: 'config/inputs.yaml' })
    if (input.by !== by) return `${name} is told apart by ${input.by}, and this panel draws it by ${by}: name another input`
    return input.published ? undefined : `${name} is not told to walls: write published: true in config/inputs.yaml`
  }

/** Options that name something of another file. */
const named: Partial<Record<PanelName, Readonly<Record<string, OptionCheck>>>> = {
  gathering: { indicator: indicatorProblem, input: inputBy('sector') },
  themes: { input: inputBy('theme') },
  ranking: { ranking: rankingProblem },
}

function checkOptions(reader: ConfigurationReader, registry: Registry, screen: Screen): void {
  const placements = screen.layouts.flatMap(({ panels }, layout) =>
    panels.map((placement, position) => ({ ...placement, path: ['layouts', layout, 'panels', position, 'options'] })),
  )
  for (const { panel, options, path } of placements) {
    for (const [option, problemOf] of Object.entries(named[panel] ?? {})) {
      const value = options[option]
      const problem = typeof value === 'string' ? problemOf(value, registry, screen) : undefined
      if (problem !== undefined) reader.reportIn(screen, [...path, option], problem)
    }
  }
}

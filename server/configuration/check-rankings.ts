import type { RankingDefinition } from '../../contract/configuration.ts'
import type { Registry } from '../core/registry.ts'
import { isDay } from './day.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unitProblem } from './unit-name.ts'
import { unknownName, unknownOfMany } from './unknown-name.ts'

/** Checks each ranking: there are peers, the channels exist in its district, and whoever is exempted is one of the peers, for a time that can be. */
export function checkRankings(reader: ConfigurationReader, registry: Registry): void {
  for (const ranking of registry.rankings.values())
    for (const { path, problem } of [
      ...peerMistakes(ranking, registry),
      ...channelMistakes(ranking, registry),
      ...exemptionMistakes(ranking, registry),
    ])
      reader.reportIn(ranking, path, problem)
}

const peersOf = ({ group, district }: RankingDefinition, { units }: Registry) =>
  [...units.values()].filter((unit) => unit.group === group && unit.district === district)

function peerMistakes(ranking: RankingDefinition, registry: Registry): readonly Mistake[] {
  if (!registry.districts.has(ranking.district) || peersOf(ranking, registry).length > 0) return []
  return [
    { path: ['group'], problem: `no unit of district ${ranking.district} is of the group ${ranking.group} in units.yaml: nobody would be ranked` },
  ]
}

function channelMistakes({ channels, district }: RankingDefinition, registry: Registry): readonly Mistake[] {
  const own = [...registry.channels.values()].filter((channel) => channel.district === district).map(({ id }) => id)
  return channels.flatMap((channel, index) =>
    own.includes(channel) ? [] : [{ path: ['channels', index], problem: unknownName(`channel of district ${district}`, channel, own) }],
  )
}

function exemptionMistakes(ranking: RankingDefinition, registry: Registry): readonly Mistake[] {
  const peers = peersOf(ranking, registry)
  return ranking.exemptions.flatMap(({ unit, from, until }, index) => {
    const path = ['exemptions', index]
    const mistakes: Mistake[] = []
    if (!peers.some(({ id, name, shortName }) => [id, name, shortName].includes(unit))) {
      const known = peers.map(({ shortName }) => shortName)
      mistakes.push({
        path: [...path, 'unit'],
        problem: unknownOfMany(`unit of the group ${ranking.group}`, unit, { known, place: 'config/units.yaml' }),
      })
    }
    for (const [key, day] of Object.entries({ from, until }))
      if (day !== undefined && !isDay(day)) mistakes.push({ path: [...path, key], problem: `there is no ${day} in the calendar` })
    if (until !== undefined && until < from) mistakes.push({ path: [...path, 'until'], problem: `${until} is before ${from}, from which it holds` })
    return mistakes
  })
}

/** Checks each theme: numbered once in its district, and led by one of its units. */
export function checkThemes(reader: ConfigurationReader, registry: Registry): void {
  const seen = new Set<string>()
  for (const theme of registry.themes.values()) {
    const { no, district, leadUnit } = theme
    const place = `${String(no)}@${district}`
    if (seen.has(place)) reader.reportIn(theme, ['no'], `${String(no)} is another theme's number already: numbers are used once`)
    seen.add(place)
    const problem = leadUnit === undefined || !registry.districts.has(district) ? undefined : unitProblem(leadUnit, district, registry)
    if (problem !== undefined) reader.reportIn(theme, ['leadUnit'], problem)
  }
}

import { supervisionLevels } from '../../contract/supervision-fact.ts'
import type { LevelRule, SupervisionRule } from '../../contract/supervision-rule.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unitProblem } from './unit-name.ts'
import { unknownName } from './unknown-name.ts'

export const supervisionFile = 'supervision.yaml'

/** Checks the rule of 督办: rungs are there, each once, and are climbed in their order; yellow does not come before blue. */
export function checkSupervision(reader: ConfigurationReader, { app, districts, units, supervision }: Registry): void {
  const { attachments, ladder, levels } = supervision
  if (attachments.megabytes > attachments.totalMegabytes)
    reader.report(supervisionFile, ['attachments', 'megabytes'], 'is more than totalMegabytes: no file of this size would ever be taken')
  for (const [index, { id, unit }] of ladder.entries()) {
    if (ladder.findIndex((rung) => rung.id === id) !== index)
      reader.report(supervisionFile, ['ladder', index, 'id'], `${JSON.stringify(id)} is already defined: ids are used once`)
    // of an unknown district that alone is told
    const problem = unit === undefined || !districts.has(app.defaultDistrict) ? undefined : unitProblem(unit, app.defaultDistrict, { units })
    if (problem !== undefined) reader.report(supervisionFile, ['ladder', index, 'unit'], problem)
  }
  for (const level of supervisionLevels)
    for (const { path, problem } of [...rungMistakes(levels[level], ladder), ...cardMistakes(levels[level])])
      reader.report(supervisionFile, ['levels', level, ...path], problem)
}

function rungMistakes({ escalate }: LevelRule, ladder: SupervisionRule['ladder']): readonly Mistake[] {
  const ids = ladder.map(({ id }) => id)
  return escalate.flatMap(({ to, afterWorkingDays }, index): Mistake[] => {
    const before = escalate[index - 1]
    if (!ids.includes(to)) return [{ path: ['escalate', index, 'to'], problem: unknownName('rung of the ladder', to, ids) }]
    if (before === undefined) return []
    if (ids.indexOf(to) <= ids.indexOf(before.to))
      return [{ path: ['escalate', index, 'to'], problem: `${to} does not stand above ${before.to} on the ladder: climb upwards, each rung once` }]
    if (afterWorkingDays > before.afterWorkingDays) return []
    const problem = `must be more than the ${String(before.afterWorkingDays)} of ${before.to}: a higher rung is told later`
    return [{ path: ['escalate', index, 'afterWorkingDays'], problem }]
  })
}

function cardMistakes({ blue, yellow }: LevelRule): readonly Mistake[] {
  const mistakes: Mistake[] = []
  if (yellow.workingDaysLeft > blue.workingDaysLeft)
    mistakes.push({
      path: ['yellow', 'workingDaysLeft'],
      problem: `is more than the ${String(blue.workingDaysLeft)} of blue: blue would never be seen`,
    })
  if (yellow.share < blue.share)
    mistakes.push({ path: ['yellow', 'share'], problem: `is less than the ${String(blue.share)} of blue: blue would never be seen` })
  return mistakes
}

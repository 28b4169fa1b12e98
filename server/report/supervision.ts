import type { ReportSection } from '../../contract/report.ts'
import type { ReportedSupervision } from './picture.ts'
import type { Teller } from './teller.ts'
import { say } from './writing.ts'
import type { Runs } from './writing.ts'

/** 六、督办事项落实 */

type Draft = Omit<ReportSection, 'unmatched'>

export type SupervisionStanding = '办结' | '待审核' | '推进中' | '超期'

export function standingOf({ state, dueAt }: ReportedSupervision, now: number): SupervisionStanding {
  if (state === 'closed') return '办结'
  if (state === 'submitted') return '待审核'
  return dueAt < now ? '超期' : '推进中'
}

export function supervisionSection(teller: Teller): Draft {
  return { id: 'supervision', level: 1, heading: '督办事项落实', paragraphs: paragraphsOf(teller) }
}

function paragraphsOf(teller: Teller): readonly Runs[] {
  const { supervisions, at } = teller.picture
  if (supervisions.length === 0) return [say`本期无督办事项。`]
  const count = (standing: SupervisionStanding) => {
    const value = supervisions.filter((one) => standingOf(one, at) === standing).length
    return teller.count(`supervisions/${standing}`, { value, unit: '项', label: `督办事项${standing}`, how: '按督办单计数' })
  }
  const all = teller.count('supervisions/all', { value: supervisions.length, unit: '项', label: '督办事项', how: '按督办单计数' })
  const late = supervisions.filter((one) => standingOf(one, at) === '超期').map(({ title, leadUnit }) => `${title}（${teller.unitName(leadUnit)}）`)
  return [
    say`登记督办事项${all}项：办结${count('办结')}项，待审核${count('待审核')}项，推进中${count('推进中')}项，超期${count('超期')}项。清单见附件。`,
    ...(late.length === 0 ? [] : [say`超期事项：${late.join('；')}。`]),
  ]
}

import type { Incident, IncidentLine } from '../../../contract/incident.ts'
import type { Translate } from '../ui/format.ts'
import { planStepName } from './incidents.ts'

/** 处置记录 in words. Pure. */

export interface LineWords {
  /** 结案 */
  readonly what: string
  /** what was said with it; empty where that is all */
  readonly said: string
}

export function lineWords({ act }: Pick<IncidentLine, 'act'>, { plan }: Pick<Incident, 'plan'>, t: Translate): LineWords {
  const named = {
    other: otherOf(act),
    name: 'name' in act ? act.name : '',
    answer: act.what === 'answered' ? t(`links.answers.${act.answer}`, {}) : '',
    step: 'step' in act ? (planStepName(plan, act) ?? t('incidentDesk.step', { n: act.step + 1 })) : '',
  }
  return { what: t(`incidentDesk.acts.${act.what}`, named), said: saidOf(act, t) }
}

function otherOf(act: IncidentLine['act']): string {
  if ('other' in act) return act.other
  if (act.what === 'merged') return act.into
  return act.what === 'split' ? act.from : ''
}

function saidOf(act: IncidentLine['act'], t: Translate): string {
  if (act.what === 'opened' || act.what === 'classified') return classWords(act, t)
  if (act.what === 'closed') return act.result
  if (act.what === 'order-wanted') return act.order.text
  if ('reason' in act) return act.reason
  if (act.what === 'answered' && act.isLate === true) return [t('links.late', {}), act.note ?? ''].filter((part) => part !== '').join(' · ')
  return 'note' in act ? (act.note ?? '') : ''
}

/** What was said of its class, and what was known when it was opened. */
function classWords(act: Extract<IncidentLine['act'], { readonly what: 'opened' | 'classified' }>, t: Translate): string {
  const level = act.level === undefined ? '' : t(`incidentDesk.levels.${act.level}`, {})
  const other = act.what === 'opened' ? act.note : act.title
  return [level, act.type ?? '', other ?? ''].filter((part) => part !== '').join(' · ')
}

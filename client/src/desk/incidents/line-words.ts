import type { Incident, IncidentLine } from '../../../../contract/incident.ts'
import { planStepName } from '../../panels/incidents.ts'
import type { Translate } from '../../ui/format.ts'

/** 处置记录 in words. Pure. */

export interface LineWords {
  /** 结案 */
  readonly what: string
  /** what was said with it; empty where that is all */
  readonly said: string
}

export function lineWords({ act }: IncidentLine, { plan }: Pick<Incident, 'plan'>, t: Translate): LineWords {
  const named = {
    other: otherOf(act),
    name: 'name' in act ? act.name : '',
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
  if (act.what === 'opened' || act.what === 'classified') {
    const level = act.level === undefined ? undefined : t(`incidentDesk.levels.${act.level}`, {})
    const note = act.what === 'opened' ? act.note : undefined
    return [level, act.type, act.what === 'classified' ? act.title : undefined, note].filter((part) => part !== undefined && part !== '').join(' · ')
  }
  if (act.what === 'closed') return act.result
  if (act.what === 'order-wanted') return act.order.text
  if ('reason' in act) return act.reason
  return 'note' in act ? (act.note ?? '') : ''
}

import type { LevelRule, SupervisionRule } from '../../contract/supervision-rule.ts'

const level: LevelRule = {
  remind: { shares: [0.5], workingDaysLeft: [3, 1] },
  blue: { workingDaysLeft: 3, share: 0.5 },
  yellow: { workingDaysLeft: 1, share: 0.8, silentWorkingDays: 5, acknowledgeWorkingDays: 2 },
  escalate: [
    { to: 'office', afterWorkingDays: 1 },
    { to: 'deputy', afterWorkingDays: 5 },
    { to: 'head', afterWorkingDays: 10 },
  ],
}

/** A rule of 督办 for tests: important and urgent orders climb sooner, and are all else alike. */
export const supervisionRule: SupervisionRule = {
  number: '督〔{year}〕{no}号',
  attachments: { megabytes: 20, totalMegabytes: 10_000, unitDayMegabytes: 400, unitMegabytes: 2_000 },
  ladder: [
    { id: 'office', name: '督查室', nameEn: 'Supervision Office' },
    { id: 'deputy', name: '分管领导', nameEn: 'Deputy' },
    { id: 'head', name: '主要领导', nameEn: 'Head' },
  ],
  levels: {
    normal: level,
    important: { ...level, escalate: [{ to: 'deputy', afterWorkingDays: 1 }] },
    urgent: { ...level, escalate: [{ to: 'head', afterWorkingDays: 1 }] },
  },
}

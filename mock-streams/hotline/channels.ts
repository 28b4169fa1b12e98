import type { Kind, Topic } from './topics.ts'
import { topics } from './topics.ts'

/** The six channels of the platform, with the limits that the plan prints; for 12345, where it prints none, the platform's own. */

/** How a channel sorts its orders, and the working days that gives. */
export interface Sort {
  /** what the platform calls it (orderKind) */
  readonly word: string
  readonly workdays: number
  readonly weight: number
}

export interface Channel {
  /** sourceCode */
  readonly code: string
  /** before the numbers of its orders */
  readonly prefix: string
  readonly topics: readonly Topic[]
  /** sorted by how hard it is, else by the kind of the request */
  readonly sorts: readonly Sort[]
  readonly limits: Partial<Readonly<Record<Kind, number>>>
  /** 办理完毕 is told apart from 办结 */
  readonly isReviewed: boolean
  /** of those handled: what share is called back, and how many of 100 who answered are not content at first */
  readonly visited: number
  readonly discontent: number
  /** how many of 100 are late, are granted more time, are answered in the interim, or reach a node (受理) late */
  readonly late: number
  readonly extended: number
  readonly interim: number
  readonly slow: number
}

export interface RareChannel extends Channel {
  readonly perWeek: number
}

export const hotline: Channel = {
  code: '12345',
  prefix: 'PL',
  topics,
  sorts: [],
  limits: { 咨询: 1, 求助: 3, 建议: 5, 投诉: 5 },
  isReviewed: false,
  visited: 0.55,
  discontent: 8,
  // 1 in 80
  late: 1.25,
  extended: 0.7,
  interim: 0,
  slow: 0,
}

const asked = (name: string, kind: Kind, unit: string, weight = 1): Topic => ({ name, kind, unit, weight })
const usual = { sorts: [], limits: {}, isReviewed: true, visited: 0.85, discontent: 4, late: 0, extended: 0, interim: 0, slow: 0 } as const
const messages = { 咨询: 1, 建议: 1, 投诉: 2 } as const

/** The rare ones are watched message by message, so that hardly one is late; of all of them the whole year is told. */
export const rareChannels: readonly RareChannel[] = [
  {
    ...usual,
    code: 'LDLYB',
    prefix: 'LY',
    perWeek: 10,
    topics: topics.filter(({ kind }) => kind !== '咨询'),
    sorts: [
      { word: '一般', workdays: 7, weight: 80 },
      { word: '复杂情况', workdays: 15, weight: 14 },
      { word: '紧急', workdays: 2, weight: 6 },
    ],
    discontent: 0.6,
    extended: 2.5,
    interim: 9,
  },
  {
    ...usual,
    code: 'ZGZFW',
    prefix: 'ZW',
    perWeek: 4,
    topics: topics.filter(({ kind }) => kind !== '求助'),
    limits: messages,
    slow: 4,
  },
  {
    ...usual,
    code: 'LST',
    prefix: 'LS',
    perWeek: 5,
    topics: [
      asked('惠企政策', '咨询', '区工信局', 4),
      asked('贷款贴息', '咨询', '区发展和改革局', 2),
      asked('用工招聘', '咨询', '人社局', 2),
      asked('拖欠账款', '投诉', '区工信局', 3),
      asked('用地审批', '投诉', '区自然资源分局', 2),
      asked('证照办理', '投诉', '区市场监管局', 3),
      asked('园区配套', '建议', '区商务局', 1),
    ],
    limits: messages,
    slow: 4,
  },
  {
    ...usual,
    code: 'CP',
    prefix: 'CP',
    perWeek: 6,
    topics: [
      asked('等候时间过长', '投诉', '区政务服务中心', 5),
      asked('材料反复提交', '投诉', '市监局', 3),
      asked('服务态度', '投诉', '区人社局', 3),
      asked('窗口无人', '投诉', '区医保局', 2),
      asked('系统无法申报', '投诉', '区公安分局', 2),
      asked('一次性告知不清', '投诉', 'town', 3),
    ],
    sorts: [
      { word: '简单事项', workdays: 1, weight: 60 },
      { word: '复杂事项', workdays: 3, weight: 40 },
    ],
    isReviewed: false,
  },
  {
    ...usual,
    code: 'ZJ',
    prefix: 'ZJ',
    perWeek: 4,
    topics: [
      asked('指南要素缺失', '问题', '区政务服务中心', 3),
      asked('样表填写不规范', '问题', '区民政局', 2),
      asked('链接无法打开', '问题', '区卫健局', 2),
      asked('办理地点有误', '问题', 'town', 2),
      asked('电子表单未绑定', '问题', '住建局', 2),
    ],
    sorts: [
      { word: '批次', workdays: 5, weight: 70 },
      { word: '批次', workdays: 10, weight: 30 },
    ],
    visited: 0,
    late: 4,
    extended: 4,
  },
]

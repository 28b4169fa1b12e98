/** What people call about, by the classes hotlines use, and who handles it. */
export type Kind = '咨询' | '求助' | '建议' | '投诉' | '问题'

export interface Topic {
  readonly name: string
  readonly kind: Kind
  /** `town` is the government of the town it comes from */
  readonly unit: string
  readonly weight: number
  /** months in which it is common, with how many times its weight; other months take the weight alone */
  readonly season?: { readonly months: readonly number[]; readonly times: number }
  /** times its weight where people live off the land, default 1 */
  readonly rural?: number
  /** times its weight between 21:00 and 06:00, default 1 */
  readonly night?: number
  /** times its weight on public holidays, default 1 */
  readonly festive?: number
  /** times its weight in flooded towns during a storm, default 1 */
  readonly storm?: number
}

const heating = { months: [11, 12, 1, 2, 3], times: 18 }
const summer = { months: [6, 7, 8, 9], times: 4 }

export const topics: readonly Topic[] = [
  { name: '供暖温度', kind: '投诉', unit: '区住建局', weight: 2, season: heating, rural: 0.1 },
  { name: '供暖咨询', kind: '咨询', unit: '住建局', weight: 1, season: { months: [10, 11], times: 8 }, rural: 0.1 },
  { name: '停水', kind: '求助', unit: '区水务局', weight: 7, rural: 1.6 },
  { name: '停电', kind: '求助', unit: '国网平凉供电公司', weight: 7, night: 3, storm: 10 },
  { name: '燃气故障', kind: '求助', unit: '住建局', weight: 4, rural: 0.2 },
  { name: '路灯不亮', kind: '求助', unit: '区住建局', weight: 5, night: 4 },
  { name: '道路破损', kind: '求助', unit: '区交通运输局', weight: 9 },
  { name: '道路积水', kind: '求助', unit: '住建局', weight: 1, season: summer, storm: 60 },
  { name: '污水溢流', kind: '求助', unit: '住建局', weight: 4, rural: 0.3, storm: 20 },
  { name: '房屋漏雨', kind: '求助', unit: 'town', weight: 1, season: summer, storm: 25 },
  { name: '占道经营', kind: '投诉', unit: '区住建局', weight: 9, rural: 0.3, season: { months: [5, 6, 7, 8, 9], times: 1.6 } },
  { name: '噪声扰民', kind: '投诉', unit: '区公安分局', weight: 8, rural: 0.3, night: 6, season: { months: [6, 7, 8], times: 1.8 } },
  { name: '违章停车', kind: '投诉', unit: '公安分局', weight: 10, rural: 0.3, festive: 2 },
  { name: '公交服务', kind: '投诉', unit: '交通局', weight: 6, rural: 0.7 },
  { name: '物业服务', kind: '投诉', unit: '住建局', weight: 14, rural: 0.1 },
  { name: '垃圾清运', kind: '投诉', unit: 'town', weight: 8 },
  { name: '老旧小区改造', kind: '建议', unit: '住建局', weight: 4, rural: 0 },
  { name: '社保业务', kind: '咨询', unit: '区人社局', weight: 14, night: 0.1, festive: 0.2 },
  { name: '医保报销', kind: '咨询', unit: '区医保局', weight: 12, night: 0.1, festive: 0.3 },
  { name: '公积金提取', kind: '咨询', unit: '区公积金管理部', weight: 6, rural: 0.3, night: 0.1, festive: 0.2 },
  { name: '不动产登记', kind: '咨询', unit: '自然资源分局', weight: 6, night: 0.1, festive: 0.2 },
  { name: '子女入学', kind: '咨询', unit: '区教育局', weight: 4, season: { months: [7, 8], times: 6 }, night: 0.1 },
  { name: '户籍办理', kind: '咨询', unit: '公安分局', weight: 5, night: 0.2, festive: 0.4 },
  { name: '拖欠工资', kind: '投诉', unit: '人社局', weight: 5, season: { months: [12, 1], times: 3 } },
  { name: '消费纠纷', kind: '投诉', unit: '区市场监管局', weight: 10, festive: 1.5 },
  { name: '食品安全', kind: '投诉', unit: '市监局', weight: 4, festive: 1.5 },
  { name: '环境异味', kind: '投诉', unit: '区生态环境分局', weight: 4, night: 1.5 },
  { name: '秸秆焚烧', kind: '投诉', unit: 'town', weight: 0.5, season: { months: [10, 11], times: 4 }, rural: 6 },
  { name: '惠农补贴', kind: '咨询', unit: '区农业农村局', weight: 2, rural: 6, night: 0.1 },
  { name: '农村道路', kind: '求助', unit: '交通局', weight: 1, rural: 9 },
  { name: '饮水安全', kind: '求助', unit: '水务局', weight: 1, rural: 5 },
  { name: '景区停车', kind: '投诉', unit: '区文旅局', weight: 1, season: { months: [5, 7, 8, 10], times: 3 }, festive: 12 },
  { name: '养老服务', kind: '咨询', unit: '区民政局', weight: 4, night: 0.2 },
  { name: '医疗服务', kind: '投诉', unit: '区卫健局', weight: 5 },
]

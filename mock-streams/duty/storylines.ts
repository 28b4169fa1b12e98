/** What happens every day and keeps the simulated duty desk and units busy. Everything here is invented. */

/** Minutes are counted from when the order was issued, so that a day that is joined late goes on at its own pace. */
export type UnitAnswer =
  | { readonly after: number; readonly step: 'acknowledged' }
  | { readonly after: number; readonly step: 'feedback' | 'submitted'; readonly note: string }
  | { readonly after: number; readonly step: 'extension-asked'; readonly note: string; readonly moreMinutes: number }

export interface DeskStep {
  readonly after: number
  readonly step: 'extension-granted' | 'accepted'
  readonly note: string
}

export interface ScriptedOrder {
  /** minutes after the incident was opened */
  readonly after: number
  /** id of the unit that leads */
  readonly unit: string
  readonly title: string
  readonly text: string
  readonly level: 'normal' | 'important' | 'urgent'
  /** minutes that are given */
  readonly dueMinutes: number
  readonly steps: readonly (UnitAnswer | DeskStep)[]
}

export interface Storyline {
  readonly id: string
  /** hours of the local day between which it may begin; once begun it is played to its end */
  readonly hours: readonly [from: number, until: number]
  /** an alarm of this sensor and quantity, where one stands, is what the incident is made of; else it is opened from a call */
  readonly sensor: string | undefined
  readonly title: string
  readonly type: string
  readonly level: 'ordinary' | 'considerable' | 'major'
  /** WGS-84 */
  readonly place: readonly [number, number]
  readonly subdistrict: string
  /** id of a plan of config/plans */
  readonly plan: string
  /** minutes after it was opened */
  readonly notes: readonly { readonly after: number; readonly note: string }[]
  readonly orders: readonly ScriptedOrder[]
  readonly closes: { readonly after: number; readonly result: string }
}

/** 内涝: the pump of an underpass stops in the morning. The traffic police answer at once, the works department late, and ask for more time. */
const flood: Storyline = {
  id: 'flood',
  hours: [9.15, 12],
  sensor: 'JG-0002/manhole-level',
  title: '宝塔路下穿通道积水',
  type: '防汛/内涝',
  level: 'considerable',
  place: [106.7155, 35.5331],
  subdistrict: '620802001',
  plan: 'flood',
  notes: [
    { after: 8, note: '积水约40厘米，双向车道已不能通行' },
    { after: 75, note: '移动泵车到场，水位开始下降' },
  ],
  orders: [
    {
      after: 4,
      unit: 'public-security',
      title: '宝塔路下穿通道交通管制',
      text: '立即封闭下穿通道双向车道，引导车辆绕行，保留应急车道。',
      level: 'urgent',
      dueMinutes: 45,
      steps: [
        { after: 2, step: 'acknowledged' },
        { after: 15, step: 'feedback', note: '东、西口已封闭，绕行标志已摆放' },
        { after: 30, step: 'submitted', note: '管制到位，4名民警值守' },
        { after: 40, step: 'accepted', note: '镜头核看，管制到位' },
      ],
    },
    {
      after: 6,
      unit: 'housing',
      title: '宝塔路下穿通道抽排',
      text: '调集泵车抽排积水，查明排水泵停机原因并抢修，恢复通行后报告。',
      level: 'urgent',
      dueMinutes: 60,
      steps: [
        { after: 42, step: 'acknowledged' },
        { after: 46, step: 'feedback', note: '泵车从城东调出，路上拥堵' },
        { after: 52, step: 'extension-asked', note: '泵站控制柜进水，须更换接触器', moreMinutes: 40 },
        { after: 55, step: 'extension-granted', note: '同意，先保通行' },
        { after: 85, step: 'submitted', note: '积水排净，泵站恢复运行，道路已冲洗' },
        { after: 95, step: 'accepted', note: '液位回落，镜头核看无积水' },
      ],
    },
  ],
  closes: { after: 110, result: '排水泵接触器烧毁致积水，已更换；无人员受伤，车辆无涉水' },
}

/** 危化品: a tanker on the national road in the afternoon, where a camera looks. The environment branch answers past its due time. */
const spill: Storyline = {
  id: 'spill',
  hours: [14.15, 20],
  sensor: undefined,
  title: 'G312 八里桥段 危化品罐车追尾',
  type: '交通事故/危化品',
  level: 'major',
  place: [106.752, 35.536],
  subdistrict: '620802001',
  plan: 'emergency',
  notes: [
    { after: 6, note: '罐车尾阀渗漏，载稀盐酸，驾驶员已自行撤出' },
    { after: 50, note: '堵漏完成，正在倒罐' },
  ],
  orders: [
    {
      after: 3,
      unit: 'public-security',
      title: 'G312 八里桥段双向封控',
      text: '事故点上下游各1公里双向封控，疏散滞留车辆，引导绕行。',
      level: 'urgent',
      dueMinutes: 40,
      steps: [
        { after: 1, step: 'acknowledged' },
        { after: 12, step: 'feedback', note: '双向封控完成，滞留车辆正在掉头' },
        { after: 25, step: 'submitted', note: '封控到位，绕行路线已发布' },
        { after: 32, step: 'accepted', note: '镜头核看，路面无滞留' },
      ],
    },
    {
      after: 5,
      unit: 'environment',
      title: '泄漏点及下游水质监测',
      text: '到场监测泄漏点周边空气和下游沟渠水质，每30分钟报一次，提出围堵意见。',
      level: 'urgent',
      dueMinutes: 45,
      steps: [
        { after: 58, step: 'acknowledged' },
        { after: 62, step: 'feedback', note: '监测车到场，沟渠pH 6.1，未入泾河' },
        { after: 100, step: 'submitted', note: '连续三次监测正常，围堰内残液已中和回收' },
        { after: 110, step: 'accepted', note: '监测报告已收，数据正常' },
      ],
    },
  ],
  closes: { after: 125, result: '堵漏倒罐完成，路面冲洗后恢复通行；无人员伤亡，未入河' },
}

export const storylines: readonly Storyline[] = [flood, spill]

/** 演示调度会: once a working day, a while after the orders of the afternoon fell due. */
export const scriptedMeeting = {
  hours: [16.5, 17.5],
  name: '演示调度会',
  mostItems: 4,
  minutesPerItem: 2,
  /** written in the first item that names something to be done */
  decision: { afterMinutes: 1, text: '各泵站和危化品运输路段本周内逐一排查，问题清单报区应急局', unit: 'emergency', workingDays: 5 },
} as const

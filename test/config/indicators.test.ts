import { describe, expect, it } from 'vitest'
import { measures } from '../../mock-streams/indicators/measures.ts'
import { startOfDayNumber } from '../../mock-streams/calendar.ts'
import { expectedValue } from '../../server/core/pace.ts'
import { shippedIndicators, shippedUnits } from '../feeds/shipped-registry.ts'

/**
 * The plan's own figures (区政办发〔2024〕9号, part 三), copied here so that a target changed in config/ by a slip of the pen is noticed:
 * number, title, figure printed or implied, its wording, who leads. 32 has the volume of 31 and no figure of its own.
 */
type Row = readonly [no: number, title: string, figure: number | 'best' | undefined, wording: string | undefined, leads: string]
const plan: readonly Row[] = [
  [1, '差评整改按期整改率', 100, '差评整改按期办结率达到100%', '政务服务中心'],
  [2, '个人用户注册率、个人信息完备度', undefined, undefined, '大数据中心'],
  [3, '企业用户注册率、法人信息完备度', undefined, undefined, '大数据中心'],
  [4, '用户活跃度', 20, '确保用户活跃度达到20%以上', '政务服务中心'],
  [5, '承诺时限压缩比', 95, '力争承诺时限压缩比达到95%', '政务服务中心'],
  [6, '查询精准性', undefined, undefined, '大数据中心'],
  [7, '申报易用性', undefined, undefined, '大数据中心'],
  [8, '便利性', undefined, undefined, '大数据中心'],
  [9, '无障碍服务', undefined, undefined, '大数据中心'],
  [10, '网上可办率', 100, '全区政务服务事项网上可办率达到100%', '政务服务中心'],
  [11, '全程网办率', 98, '全程网办率达到98%以上', '政务服务中心'],
  [12, '“一件事一次办”办件覆盖率', 100, '实现“一件事”简易平台上线主题事项办件全覆盖', '政务服务中心'],
  [13, '电子证照归集率', 100, '电子证照归集率达到100%', '大数据中心'],
  [14, '人均汇聚量', undefined, undefined, '大数据中心'],
  [15, '证照签章率', 100, '确保电子签章率达到100%', '大数据中心'],
  [16, '电子签章增长率', undefined, undefined, '大数据中心'],
  [17, '编目率', 100, '确保事项编目率达到100%', '大数据中心'],
  [18, '数据编目增长率', undefined, undefined, '大数据中心'],
  [19, '资源挂接率', 100, '确保资源挂接率达到100%', '大数据中心'],
  [20, '申请利用率', undefined, undefined, '大数据中心'],
  [21, '政务网抽检事项合格率', undefined, undefined, '政务服务中心'],
  [22, '甘快办抽检事项合格率', undefined, undefined, '政务服务中心'],
  [23, '办事指南流程内容详实性', undefined, undefined, '政务服务中心'],
  [24, '办事指南样表的下载服务(样表完成性)', undefined, undefined, '政务服务中心'],
  [25, '自助终端使用率', 100, '确保政务服务自助终端在线率、使用率均达到100%', '政务服务中心、大数据中心'],
  [26, '办件量', 100, '确保办件数据按均衡进度100%回流', '政务服务中心、大数据中心'],
  [27, '办件与事项关联度', undefined, undefined, '政务服务中心、大数据中心'],
  [28, '评价与事项关联度', undefined, undefined, '政务服务中心、大数据中心'],
  [29, '“甘快办”可办事项占比', 100, '力争“甘快办”可办事项占比达到100%', '政务服务中心'],
  [30, '“甘快办”APP高频应用接入', 1000, '确保“甘快办”APP高频应用接入事项区级达到1000项以上', '大数据中心'],
  [31, '资源数据增长率', 500000000, '确保年度数据汇聚增长量达到5亿条以上', '大数据中心'],
  [32, '数据汇聚人均增长量', 500000000, '确保年度数据汇聚增长量达到5亿条以上', '大数据中心'],
  [33, '电子印章归集量', undefined, undefined, '大数据中心'],
  [34, '事项进驻率', 100, '确保线上甘肃政务服务网、线下政务服务大厅事项进驻率均达到100%', '政务服务中心'],
  [35, '电子表单化', 'best', '确保电子表单数量、覆盖率均达到全省最优水平', '政务服务中心'],
  [36, '办件异常人次', undefined, undefined, '政务服务中心'],
  [37, '政府网站建设适老化改造完成率', undefined, undefined, '融媒体中心'],
  [38, 'IPv6改造网页支持率', 90, '确保二三级连接支持率达到90%以上', '融媒体中心'],
  [39, '12345热线工单按时办结率', 100, '确保12345热线工单按时办结率达到100%', '区政府办'],
  [40, '12345热线知识库信息准确率', undefined, undefined, '区政府办'],
  [41, '12345热线工单办理满意度', undefined, undefined, '区政府办'],
  [42, '人民网“领导留言板”留言按期办结率', 100, '即收即办、限时回复、限期办结', '区委办、区政府办'],
  [43, '人民网“领导留言板”留言群众满意度', 100, '群众满意度达到100%', '区委办、区政府办'],
  [44, '中国政府网留言按期办结率', 0, '确保不发生超期办件', '政务服务中心'],
  [45, '陇商通-涉企诉求按期办结率', 0, '确保不发生超期办件', '政务服务中心'],
]

/** Numbers whose title is not the name of what is counted, with the reason in the file. */
const renamed = new Set([26, 44, 45])
const entriesOf = (no: number) => shippedIndicators.filter((indicator) => indicator.no === no)

describe('config/indicators against the plan', () => {
  it('holds the 45 numbers as 47 measures, each under an id of its own', () => {
    expect([...new Set(shippedIndicators.map(({ no }) => no))].sort((a, b) => a - b)).toEqual(Array.from({ length: 45 }, (_, index) => index + 1))
    expect(shippedIndicators).toHaveLength(47)
    expect(new Set(shippedIndicators.map(({ id }) => id)).size).toBe(47)
    expect([2, 3].map((no) => entriesOf(no).length)).toEqual([2, 2])
  })

  it('puts 14 numbers under 服务效能 and 31 under 政务服务', () => {
    const numbers = (family: string): number => new Set(shippedIndicators.filter((each) => each.family === family).map(({ no }) => no)).size
    expect({ efficiency: numbers('service-efficiency'), service: numbers('government-service') }).toEqual({ efficiency: 14, service: 31 })
  })

  it.each(plan)('number %i, %s', (...row) => {
    const [no, title, figure, wording, leads] = row
    const entries = entriesOf(no)
    if (!renamed.has(no)) expect(entries.map(({ name }) => name).join('、')).toBe(title)
    for (const { target, leadUnits } of entries) {
      expect(leadUnits.join('、')).toBe(leads)
      if (figure === undefined || no === 32) expect(target).toEqual({ shape: 'none' })
      else if (figure === 'best') expect(target).toEqual({ shape: 'rank', wording })
      else expect(target).toMatchObject({ value: figure, wording })
    }
  })

  it('gives each shape to the numbers whose wording has it', () => {
    const shapes: Record<string, number[]> = {}
    for (const { no, target } of shippedIndicators) (shapes[target.shape] ??= []).push(no)
    for (const numbers of Object.values(shapes)) numbers.sort((a, b) => a - b)
    expect(shapes).toEqual({
      full: [1, 10, 13, 15, 17, 19, 25, 34, 39, 43],
      floor: [4, 11, 26, 38],
      strive: [5, 12, 29, 42],
      count: [30, 31],
      zero: [44, 45],
      rank: [35],
      none: [2, 2, 3, 3, 6, 7, 8, 9, 14, 16, 18, 20, 21, 22, 23, 24, 27, 28, 32, 33, 36, 37, 40, 41],
    })
  })

  it('has a direction for the three that must be low, and up for the rest', () => {
    expect(shippedIndicators.filter(({ better }) => better === 'lower').map(({ no }) => no)).toEqual([36, 44, 45])
  })

  it('is led by units of config/units.yaml', () => {
    const known = new Set(shippedUnits.map(({ shortName }) => shortName))
    expect(shippedIndicators.flatMap(({ leadUnits }) => leadUnits).filter((unit) => !known.has(unit))).toEqual([])
  })

  it('reckons the even pace of 数据汇聚 as the plan would: 4.44 of 5亿 on 20 November 2024', () => {
    const [growth] = entriesOf(31)
    expect(growth && expectedValue(growth, Date.UTC(2024, 10, 20, 4), 'Asia/Shanghai')).toBeCloseTo(443_989_071, 0)
  })

  it('climbs from what the simulated platform reports for the first of January', () => {
    const newYear = startOfDayNumber(Date.UTC(2026, 0, 1) / 86_400_000)
    for (const { no, baseline, target } of shippedIndicators) {
      if (baseline === undefined) continue
      const reported = measures.find(({ code }) => code === String(no))?.figureAt(1, newYear).value ?? Number.NaN
      const way = 'value' in target ? target.value - baseline : Number.NaN
      // one day of the year's way, and the rounding to whole cases, may lie between
      expect(Math.abs(reported - baseline)).toBeLessThan(Math.abs(way) / 50)
    }
  })
})

import { towns } from '../city/towns.ts'

/** What data items are told apart by, as this platform writes them: units, sectors, themes. */
export interface Member {
  /** the column its name stands in */
  readonly column: 'dwmc' | 'hymc' | 'ztmc'
  /** as the platform writes it; rows use the one or the other */
  readonly names: readonly [string, ...string[]]
  /** share of the whole, by any measure */
  readonly weight: number
}

const unit = (weight: number, ...names: readonly [string, ...string[]]): Member => ({ column: 'dwmc', names, weight })

/** Towns and sub-districts, by their people; the scenic area has few. */
export const townUnits: readonly Member[] = towns.map(({ name, weight }) =>
  name.endsWith('街道') ? unit(weight, `${name}办事处`, name) : name.length > 6 ? unit(weight, name) : unit(weight, `${name}人民政府`, name),
)

/** 区直部门 that handle cases, by how many. */
export const departments: readonly Member[] = [
  unit(14, '区政务服务中心', '政务服务中心'),
  unit(4, '区发展和改革局', '发改局'),
  unit(9, '区住建局', '住建局'),
  unit(5, '区交通运输局', '交通局'),
  unit(16, '区市场监管局', '市监局'),
  unit(5, '区教育局', '教育局'),
  unit(1, '区科技局', '科技局'),
  unit(2, '区工信局', '工信局'),
  unit(13, '区公安分局', '公安分局'),
  unit(6, '区民政局', '民政局'),
  unit(15, '区人社局', '人社局'),
  unit(8, '区自然资源分局', '自然资源分局'),
  unit(2, '区生态环境分局', '生态环境分局'),
  unit(2, '区水务局', '水务局'),
  unit(2, '区文旅局', '文旅局'),
  unit(2, '区应急管理局', '应急局'),
  unit(7, '区卫健局', '卫健局'),
  unit(12, '区医保局', '医保局'),
  unit(3, '区残联', '残联'),
  unit(2, '区商务局', '商务局'),
  unit(5, '区农业农村局', '农业农村局'),
]

/** Some of a list, in its order, by any of their names. */
export function named(list: readonly Member[], ...names: readonly string[]): readonly Member[] {
  return list.filter((member) => member.names.some((name) => names.includes(name)))
}

/** Whoever has service items. */
export const itemUnits: readonly Member[] = [...departments, ...townUnits]
/** 企业用户: the six units that the plan names. */
export const enterpriseUnits = named(departments, '市监局', '商务局', '工信局', '农业农村局', '教育局', '文旅局')
export const certificateUnits = named(
  departments,
  ...['住建局', '交通局', '市监局', '教育局', '公安分局', '民政局', '人社局', '自然资源分局', '卫健局', '医保局', '残联', '农业农村局'],
)
export const sealUnits: readonly Member[] = [...named(departments, '教育局', '公安分局'), ...townUnits]
/** Whoever has data of others to use. */
export const sharingUnits = named(departments, '政务服务中心', '市监局', '公安分局', '民政局', '人社局', '自然资源分局', '卫健局', '医保局')
/** 抽检: the same fourteen every week. */
export const checkedUnits: readonly Member[] = [
  ...named(departments, '政务服务中心', '住建局', '市监局', '公安分局', '民政局', '人社局', '医保局', '卫健局'),
  ...named(townUnits, '东关街道', '柳湖镇', '四十里铺镇', '白水镇', '麻武乡', '大秦乡'),
]
/** 知识库: whose answers the hotline's own system checks; the office is asked for those of the others. */
export const selfCheckedUnits = named(departments, '文旅局', '应急局', '卫健局', '医保局', '残联', '商务局', '农业农村局')
/** Units that still have a website of their own. */
export const websiteUnits = named(departments, '政务服务中心', '教育局', '公安分局', '人社局', '卫健局', '医保局', '文旅局')
/** Where kiosks stand, and how many. */
export const kioskUnits: readonly Member[] = [
  ...townUnits.map((town) => ({ ...town, weight: town.weight >= 100 ? 6 : town.weight >= 28 ? 3 : 2 })),
  ...named(departments, '政务服务中心', '公安分局', '人社局', '自然资源分局', '医保局').map((member, index) => ({
    ...member,
    weight: index === 0 ? 8 : 2,
  })),
]

const sector = (weight: number, name: string): Member => ({ column: 'hymc', names: [name], weight })

/** 行业, by their share of what is gathered. */
export const sectors: readonly Member[] = [
  sector(112, '智慧城市'),
  sector(86, '公安交管'),
  sector(36, '社保一卡通'),
  sector(24, '生态环境监测'),
  sector(58, '水电气暖'),
  sector(49, '交通运输GPS监测'),
  sector(71, '医疗就诊'),
  sector(8, '应急调度'),
  sector(17, '智慧停车'),
]

/** 一件事: with its cases in a year, and the share of the year after which the first one came; 0 for those that had cases the year before. */
export interface Theme extends Member {
  readonly from: number
}

const theme = (weight: number, name: string, from = 0): Theme => ({ column: 'ztmc', names: [name], weight, from })

export const themes: readonly Theme[] = [
  theme(1_240, '企业信息变更'),
  theme(310, '水电气网联合报装'),
  theme(96, '信用修复', 0.2),
  theme(0, '企业上市合法合规信息核查', 2),
  theme(0, '企业破产信息核查', 2),
  theme(420, '企业注销登记'),
  theme(560, '开办餐饮店'),
  theme(60, '开办运输企业', 0.45),
  theme(3_100, '新生儿出生'),
  theme(4_800, '教育入学'),
  theme(5_600, '社保卡居民服务'),
  theme(640, '残疾人服务', 0.7),
  theme(1_900, '退休'),
]

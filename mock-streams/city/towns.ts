/** Towns of the simulated 崆峒区: codes and names are the statistical ones of 2023, centres and shares of requests are rough. */
export interface Town {
  readonly code: string
  readonly name: string
  /** share of all requests: people, and how many of them live in town */
  readonly weight: number
  /** [longitude, latitude], WGS-84 */
  readonly centre: readonly [number, number]
  /** how far requests lie from the centre, degrees */
  readonly spread: number
  readonly streets: readonly string[]
}

type Row = readonly [code: string, name: string, weight: number, centre: readonly [number, number], spread: number, streets: string]

const table: readonly Row[] = [
  ['001', '东关街道', 150, [106.71, 35.535], 0.008, '解放路 宝塔路 保丰路 双桥路 中山街 世纪花园 铁路家属院'],
  ['002', '中街街道', 105, [106.682, 35.542], 0.006, '东大街 新民路 广成路 南河道小区 万安门社区 西大街'],
  ['003', '西郊街道', 125, [106.638, 35.54], 0.008, '甘沟路 兴北路 丰收路 民馨家园小区 二天门社区 崆峒西路'],
  ['101', '崆峒镇', 60, [106.565, 35.535], 0.014, '崆峒大道 祁河村 甘沟村 中河村 寨子街 西沟村'],
  ['102', '白水镇', 38, [107.02, 35.452], 0.016, '白水街 王寨村 马莲村 打虎村 永乐村'],
  ['103', '草峰镇', 28, [106.795, 35.642], 0.016, '草峰街 陈洼村 九龙村 丁寨村 盘龙村'],
  ['104', '安国镇', 24, [106.5, 35.625], 0.012, '安国街 上李村 油坊庄村 东沟村'],
  ['105', '柳湖镇', 190, [106.655, 35.575], 0.012, '柳湖路 永红村 八里村 土坝村 泾滩路 定北路 绿地广场'],
  ['106', '四十里铺镇', 85, [106.835, 35.515], 0.016, '四十里铺街 演武村 马坊村 米家湾村 新庄村 工业园路'],
  ['107', '花所镇', 32, [106.905, 35.462], 0.014, '花所街 寺沟村 潘口村 信河村'],
  ['203', '索罗乡', 15, [107.094, 35.454], 0.012, '王岭村 涧边村 西李村'],
  ['204', '香莲乡', 14, [106.895, 35.568], 0.014, '三里村 观殿村 宋塬村'],
  ['205', '西阳乡', 14, [106.952, 35.537], 0.012, '中营村 安河村 高粱村'],
  ['206', '大秦乡', 13, [106.895, 35.395], 0.014, '大秦村 大张村 刘庙村'],
  ['207', '白庙乡', 13, [106.705, 35.645], 0.014, '小秦村 栾塬村 白庙村'],
  ['208', '寨河乡', 14, [106.835, 35.598], 0.014, '大路村 高寨村 田河村'],
  ['209', '大寨乡', 20, [106.8, 35.415], 0.018, '大寨村 高塬村 土谷堆村'],
  ['210', '上杨乡', 8, [106.6, 35.655], 0.012, '小岔村 石灰沟村'],
  ['211', '麻武乡', 9, [106.51, 35.44], 0.014, '麻武村 端里村 城子村'],
  ['212', '峡门乡', 20, [106.655, 35.42], 0.018, '二沟村 湫池村 买家村 桂井村'],
  ['498', '平凉崆峒山大景区管理委员会', 6, [106.515, 35.565], 0.008, '崆峒山景区 弹筝湖景区'],
]

export const towns: readonly Town[] = table.map(([code, name, weight, centre, spread, streets]) => ({
  code: `620802${code}`,
  name,
  weight,
  centre,
  spread,
  streets: streets.split(' '),
}))

/** Towns of which most people live off the land: other worries than in town. */
export const isRural = ({ weight }: Town): boolean => weight < 45

import type { Fact } from '../../contract/fact.ts'

const titles = [
  '解放路路灯不亮，晚上行人看不清',
  '供暖温度不达标，老人孩子都觉得冷',
  '小区门口垃圾清运不及时，气味很大',
  'Street light out at the crossing by the school',
]
const types = ['道路照明', '供暖', '环境卫生', '噪声扰民']
const stages = ['received', 'dispatched', 'accepted', 'closed'] as const
const indicators = ['hotline_12345_on_time_closure_rate', 'hotline_12345_satisfaction', 'active_user_rate']

/**
 * Messages of the `native` dialect, about 200 bytes of JSON each, all different: of ten, nine say that an order has reached a stage (an
 * order has four in its life, and each message restates the order, as most platforms do), one is a reading.
 * @param first number of the first; the same number is always the same message
 */
export function nativeMessages(first: number, count: number, at: number): readonly Fact[] {
  return Array.from({ length: count }, (_, index) => nativeMessage(first + index, at))
}

function nativeMessage(number: number, at: number): Fact {
  if (number % 10 === 9) return reading(number, at)
  const order = Math.floor(number / stages.length)
  return {
    kind: 'work-order',
    id: `620802-${String(order).padStart(9, '0')}`,
    at: at + number,
    stage: stages[number % stages.length] ?? 'received',
    channel: 'hotline-12345',
    title: titles[order % titles.length] ?? '',
    type: types[order % types.length] ?? '',
    unit: 'housing',
    subdistrict: `62080200${String(1 + (order % 3))}`,
    place: [106.6 + (order % 97) / 1_000, 35.5 + (order % 71) / 1_000],
    dueAt: at + 86_400_000,
  }
}

function reading(number: number, at: number): Fact {
  const denominator = 1_000 + (number % 500)
  const numerator = denominator - (number % 40)
  const indicator = indicators[number % indicators.length] ?? ''
  return { kind: 'reading', indicator, at: at + number, value: (100 * numerator) / denominator, numerator, denominator }
}

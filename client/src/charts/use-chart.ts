import { onScopeDispose, watch } from 'vue'
import type { Ref } from 'vue'
import { LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, CanvasRenderer])

/** ms between two charts' updates: many at once would block a frame. */
const spacing = 25
let nextTurn = 0

/** Time until this chart may draw: at once when none is waiting. */
function turnDelay(): number {
  const now = performance.now()
  nextTurn = Math.max(now, nextTurn + spacing)
  return nextTurn - now
}

export interface ChartSize {
  readonly width: number
  readonly height: number
}

/**
 * Owns one chart's life and size, nothing else: what it shows is the option. Drawn on a canvas, without animation.
 */
export function useChart(element: Readonly<Ref<HTMLElement | null>>, option: () => EChartsCoreOption, size: () => ChartSize): void {
  let chart: EChartsType | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  let isOver = false

  const draw = (): void => {
    timer = undefined
    if (element.value === null) return
    chart ??= init(element.value, null, { renderer: 'canvas', ...size() })
    chart.setOption({ animation: false, ...option() }, { notMerge: true })
  }
  const schedule = (): void => {
    if (isOver) return
    timer ??= setTimeout(draw, turnDelay())
  }
  watch([element, option], schedule, { flush: 'post' })
  watch(size, ({ width, height }) => chart?.resize({ width, height }))
  // text measured before the faces are there would be placed wrongly
  void document.fonts.ready.then(schedule)
  onScopeDispose(() => {
    isOver = true
    clearTimeout(timer)
    chart?.dispose()
    chart = undefined
  })
}

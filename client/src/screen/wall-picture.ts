import type { WallPicture, WallReport } from '../../../contract/wall.ts'

/** 示意: what stands where on this wall, read from the page itself: a browser cannot photograph what it shows. */

type Panel = WallReport['picture']['panels'][number]

/** Figures from the largest to the smallest, as Figure.vue sets them. */
const sizes = ['headline', 'value-l', 'value', 'value-s', 'label']
const mostFigures = 3

export function pictureOf(page: ParentNode, window: { readonly width: number; readonly height: number }): WallPicture {
  const share = (px: number, of: number): number => Math.min(1, Math.max(0, Math.round((px / of) * 1_000) / 1_000))
  const panels = [...page.querySelectorAll<HTMLElement>('[data-panel]')].map((element): Panel => {
    const { left, top, width, height } = element.getBoundingClientRect()
    return {
      panel: element.dataset['panel'] ?? '',
      title: textOf(element.querySelector('.panel-title h2')).slice(0, 40),
      state: stateOf(element),
      figures: figuresOf(element),
      left: share(left, window.width),
      top: share(top, window.height),
      width: share(width, window.width),
      height: share(height, window.height),
    }
  })
  return { panels: panels.slice(0, 40) }
}

const textOf = (element: Element | null): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim()

function stateOf(panel: Element): Panel['state'] {
  if (panel.querySelector('.fault') !== null) return 'fault'
  const figures = [...panel.querySelectorAll('.figure')]
  const all = (state: string): boolean => figures.length > 0 && figures.every((figure) => figure.classList.contains(state))
  return (['down', 'stale', 'missing'] as const).find(all) ?? 'fresh'
}

function figuresOf(panel: Element): string[] {
  const largest = sizes.map((size) => [...panel.querySelectorAll(`.figure.size-${size}`)]).find((figures) => figures.length > 0) ?? []
  return largest.slice(0, mostFigures).map((figure) => textOf(figure).slice(0, 24))
}

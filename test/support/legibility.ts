import type { Page } from 'playwright-core'

/** A text on a screen that cannot be read as it should. */
export interface Illegible {
  readonly text: string
  /** small: below the wall's label size · clipped: cut by an edge · shortened: ended by an ellipsis · outside: beyond the window · overlap: under another text */
  readonly fault: 'small' | 'clipped' | 'shortened' | 'outside' | 'overlap'
  readonly detail: string
}

/** Notes every text that a canvas draws, with its size on the screen. Must run before the page's own code. */
export async function watchCanvasText(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = new Map<string, number>()
    Object.assign(window, { canvasTexts: seen })
    const prototype = CanvasRenderingContext2D.prototype
    const draw = (context: CanvasRenderingContext2D, ...given: Parameters<typeof prototype.fillText>): void => {
      Reflect.apply(original, context, given)
    }
    const original = Reflect.get(prototype, 'fillText')
    prototype.fillText = function (text, x, y, ...rest) {
      const size = Number(/([\d.]+)px/.exec(this.font)?.[1] ?? 0) * Math.abs(this.getTransform().d)
      const ratio = this.canvas.clientHeight > 0 ? this.canvas.clientHeight / this.canvas.height : 1
      if (text.trim() !== '') seen.set(text, Math.min(seen.get(text) ?? Infinity, size * ratio))
      draw(this, text, x, y, ...rest)
    }
  })
}

/** Walks every text of the page, in the document, in SVG and on canvases, and measures it against the wall's label size. */
export function findIllegible(page: Page): Promise<readonly Illegible[]> {
  return page.evaluate(() => {
    const label = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--label'))
    const found: Illegible[] = []
    const report = (text: string, fault: Illegible['fault'], detail: string): void => {
      found.push({ text: text.trim().slice(0, 40), fault, detail })
    }
    const shown: { text: string; element: Element; box: DOMRect }[] = []

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent ?? ''
      const box = element !== null && isShown(element, text) ? boxOf(node) : undefined
      if (element === null || box === undefined) continue
      const size = sizeOf(element)
      if (size < label - 0.5) report(text, 'small', `${size.toFixed(1)} px of ${String(label)}`)
      if (isOutside(box)) report(text, 'outside', describe(box))
      checkClips(text, element, box, size)
      shown.push({ text, element, box })
    }
    for (const [text, size] of (window as unknown as { canvasTexts?: Map<string, number> }).canvasTexts ?? [])
      if (size < label - 0.5) report(text, 'small', `${size.toFixed(1)} px of ${String(label)} on a canvas`)
    checkOverlaps()
    return found

    function isShown(element: Element, text: string): boolean {
      const isText = text.trim() !== '' && element.closest('script,style') === null
      return isText && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    }

    function boxOf(node: Node): DOMRect | undefined {
      const range = document.createRange()
      range.selectNodeContents(node)
      return [...range.getClientRects()].find(({ width, height }) => width > 0 && height > 0)
    }

    /** the page itself is shifted by up to 4 px */
    function isOutside({ left, right, top, bottom }: DOMRect): boolean {
      return left < -4 || right > innerWidth + 4 || top < -4 || bottom > innerHeight + 4
    }

    function sizeOf(element: Element): number {
      const size = Number.parseFloat(getComputedStyle(element).fontSize)
      return element instanceof SVGGraphicsElement ? size * Math.abs(element.getScreenCTM()?.d ?? 1) : size
    }

    function checkClips(text: string, element: Element, box: DOMRect, size: number): void {
      for (let above: Element | null = element; above !== null && above !== document.body; above = above.parentElement) {
        const style = getComputedStyle(above)
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue
        const edge = above.getBoundingClientRect()
        const isTooWide = box.right > edge.right + 2 || box.left < edge.left - 2
        if (isTooWide && style.textOverflow === 'ellipsis') {
          // what an upstream wrote may be of any length; what we wrote must fit
          if (above.closest('[data-foreign]') === null) report(text, 'shortened', describe(edge))
          return
        }
        // ink fills about the middle two thirds of a line's box
        const isTooHigh = box.bottom - size * 0.2 > edge.bottom || box.top + size * 0.2 < edge.top
        if (isTooWide || isTooHigh) {
          report(text, 'clipped', `${describe(box)} in ${describe(edge)}`)
          return
        }
      }
    }

    function checkOverlaps(): void {
      shown.forEach((a, index) => {
        for (const b of shown.slice(index + 1)) {
          const [inkA, inkB] = [ink(a.box, a.element), ink(b.box, b.element)]
          const across = Math.min(inkA.right, inkB.right) - Math.max(inkA.left, inkB.left)
          const down = Math.min(inkA.bottom, inkB.bottom) - Math.max(inkA.top, inkB.top)
          if (across > 3 && down > 3)
            report(a.text, 'overlap', `${b.text.trim().slice(0, 20)}: ${String(Math.round(across))} × ${String(Math.round(down))} px`)
        }
      })
    }

    /** the part of a line's box that is written on, no wider than the nearest edge that cuts it */
    function ink(box: DOMRect, element: Element): { left: number; right: number; top: number; bottom: number } {
      const size = sizeOf(element)
      const middle = (box.top + box.bottom) / 2
      const edge = element.closest('.cut')?.getBoundingClientRect() ?? box
      return { left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right), top: middle - size * 0.4, bottom: middle + size * 0.4 }
    }

    function describe({ left, top, right, bottom }: DOMRect): string {
      return [left, top, right, bottom].map((value) => String(Math.round(value))).join(' ')
    }
  })
}

/** Frames of this page as the browser draws them. A page that nobody sees draws none. */

export const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      resolve()
    })
  })

/** Counts the frames of so many milliseconds. @returns per second, whole */
export function frameRate(ms: number): Promise<number> {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    let frames = 0
    let next = 0
    const count = (): void => {
      frames += 1
      next = requestAnimationFrame(count)
    }
    next = requestAnimationFrame(count)
    setTimeout(() => {
      cancelAnimationFrame(next)
      resolve(Math.round((frames * 1_000) / (performance.now() - startedAt)))
    }, ms)
  })
}

/** Megabytes of the page's JavaScript heap; undefined where the browser does not say. */
export function heapMegabytes(): number | undefined {
  // only Chromium has it, and no standard: nothing is known of its shape but this
  const { memory } = performance as { readonly memory?: { readonly usedJSHeapSize: number } }
  return memory && Math.round(memory.usedJSHeapSize / 1_048_576)
}

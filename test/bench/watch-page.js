// Runs in the page before the page's own code, and watches it from outside: when the wall is whole, and in how many frames it changes.
{
  const watched = { wallAt: undefined, framesWithWork: 0, longestTaskMs: 0 }
  window.benchWatched = watched

  const hasDrawn = (panel) => panel.textContent.trim() !== '' || panel.querySelector('canvas, svg, video') !== null

  const isWhole = () => {
    const panels = [...document.querySelectorAll('.panel')]
    const isLive = document.querySelector('.page.live') !== null
    return isLive && panels.length > 0 && panels.every(hasDrawn) && document.querySelector('[data-mode="opening"]') === null
  }

  const look = () => {
    // this frame is being made; when the next begins it has been painted
    if (isWhole()) requestAnimationFrame((at) => (watched.wallAt = at))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)

  // several changes before one repaint are one frame's work
  let isCounted = false
  new MutationObserver(() => {
    if (isCounted) return
    isCounted = true
    watched.framesWithWork += 1
    requestAnimationFrame(() => setTimeout(() => (isCounted = false)))
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longestTaskMs = Math.max(watched.longestTaskMs, duration)
  }).observe({ type: 'longtask' })
}

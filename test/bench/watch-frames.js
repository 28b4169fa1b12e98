// Runs in the page: calls with the milliseconds to watch for, resolves with the longest time between two animation frames meanwhile.
window.benchLongestFrame = (forMs) =>
  new Promise((resolve) => {
    const times = []
    const step = (now) => {
      times.push(now)
      if (now - times[0] < forMs) requestAnimationFrame(step)
      else resolve(Math.max(...times.slice(1).map((at, i) => at - times[i])))
    }
    requestAnimationFrame(step)
  })

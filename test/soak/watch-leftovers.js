// Runs in the page before the page's own code, and counts from outside what it could forget to give back.
{
  const contexts = new Set()
  const sources = new Set()
  const timers = new Set()
  let errors = 0

  // a context lives until it is lost or collected: a list of strong references would keep what it is meant to count
  const noteContext = (prototype) => {
    const original = prototype.getContext
    const known = new WeakSet()
    prototype.getContext = function (kind, ...rest) {
      const context = original.call(this, kind, ...rest)
      if (context !== null && String(kind).includes('webgl') && !known.has(context)) {
        known.add(context)
        contexts.add(new WeakRef(context))
      }
      return context
    }
  }
  noteContext(HTMLCanvasElement.prototype)
  if (window.OffscreenCanvas !== undefined) noteContext(OffscreenCanvas.prototype)

  const { createObjectURL, revokeObjectURL } = URL
  URL.createObjectURL = (of) => {
    const address = createObjectURL.call(URL, of)
    if (of instanceof MediaSource) sources.add(address)
    return address
  }
  URL.revokeObjectURL = (address) => {
    sources.delete(address)
    revokeObjectURL.call(URL, address)
  }

  const { setTimeout: after, setInterval: every, clearTimeout: cancel, clearInterval: end } = window
  window.setTimeout = (act, ms, ...given) => {
    const timer = after(
      (...args) => {
        timers.delete(timer)
        if (typeof act === 'function') act(...args)
      },
      ms,
      ...given,
    )
    timers.add(timer)
    return timer
  }
  window.setInterval = (act, ms, ...given) => {
    const timer = every(act, ms, ...given)
    timers.add(timer)
    return timer
  }
  window.clearTimeout = (timer) => {
    timers.delete(timer)
    cancel(timer)
  }
  window.clearInterval = (timer) => {
    timers.delete(timer)
    end(timer)
  }

  addEventListener('error', () => errors++)
  addEventListener('unhandledrejection', () => errors++)

  window.soakLeftovers = () => {
    for (const reference of contexts) if (reference.deref()?.isContextLost() !== false) contexts.delete(reference)
    const tiles = [...document.querySelectorAll('.tile')]
    return {
      contexts: contexts.size,
      sources: sources.size,
      timers: timers.size,
      errors,
      tiles: tiles.length,
      playing: tiles.filter(({ dataset }) => dataset.state === 'playing').length,
      openedAt: performance.timeOrigin,
    }
  }
}

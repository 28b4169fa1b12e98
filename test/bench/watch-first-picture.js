// Runs in the page: told a camera, resolves after the next touch with the milliseconds until its picture was decoded, and until it could be seen;
// with nothing when the camera stood in a tile already.
window.benchFirstPicture = (source) =>
  new Promise((resolve, reject) => {
    const patienceMs = 20_000
    const tileOf = () => document.querySelector(`.tile[data-source="${source}"]`)
    let decodedMs
    let video
    const touched = ({ timeStamp: touchedAt }) => {
      if (tileOf() !== null) {
        resolve(undefined)
        return
      }
      const look = (now) => {
        const tile = tileOf()
        const found = tile?.querySelector('video')
        if (found && found !== video) {
          video = found
          found.requestVideoFrameCallback((at) => (decodedMs = at - touchedAt))
        }
        // this frame is being made; the times of both are those of a frame
        if (decodedMs !== undefined && tile?.dataset.state === 'playing') resolve({ decodedMs, seenMs: now - touchedAt })
        else if (now - touchedAt > patienceMs)
          reject(new Error(`no picture of ${source} within 20 s of a touch: ${tile?.dataset.state ?? 'no tile'}`))
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }
    addEventListener('pointerdown', touched, { capture: true, once: true })
  })

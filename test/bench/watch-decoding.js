// Runs in the page: called with the milliseconds to watch for, resolves with what the tiles' decoders did meanwhile.
window.benchDecoding = async (forMs) => {
  const tiles = [...document.querySelectorAll('.tile')]
  const read = (tile) => {
    const { totalVideoFrames, droppedVideoFrames, corruptedVideoFrames = 0 } = tile.querySelector('video').getVideoPlaybackQuality()
    return { frames: totalVideoFrames, lost: droppedVideoFrames + corruptedVideoFrames }
  }
  const before = tiles.map(read)
  const began = performance.now()
  await new Promise((done) => setTimeout(done, forMs))
  const after = tiles.map(read)
  const sum = (values) => values.reduce((all, value) => all + value, 0)
  return {
    tiles: tiles.length,
    playing: tiles.filter(({ dataset, isConnected }) => isConnected && dataset.state === 'playing').length,
    // counts that went back are those of a player that was built anew
    restarted: after.filter(({ frames }, index) => frames < before[index].frames).length,
    frames: sum(after.map(({ frames }, index) => frames - before[index].frames)),
    lost: sum(after.map(({ lost }, index) => lost - before[index].lost)),
    seconds: (performance.now() - began) / 1_000,
  }
}

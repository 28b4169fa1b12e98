/**
 * Does work for the same key one after another, in the order it was asked for. Moves of one camera need it: a stop that overtakes its start
 * leaves the camera turning.
 */
export function createTurns(): (key: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    // how the one before ended was told to whoever asked for it
    const turn = before.then(work, work)
    last.set(key, turn)
    const clear = (): void => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(clear, clear)
    return turn
  }
}

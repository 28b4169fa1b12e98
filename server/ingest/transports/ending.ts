/** How a connection ends: once, whoever says so first. */
export interface Ending {
  /** ends it because the upstream is lost, refuses us or answers nonsense */
  fail(error: unknown): void
  readonly isOver: boolean
  /** resolves when the signal is aborted; rejects with the first failure */
  readonly over: Promise<void>
}

export function createEnding(signal: AbortSignal): Ending {
  let isOver = false
  let settle: (error?: Error) => void = () => undefined
  const over = new Promise<void>((resolve, reject) => {
    settle = (error) => {
      if (isOver) return
      isOver = true
      signal.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error)
    }
  })
  // a failure before anybody waits for the end is still told to whoever does then
  over.catch(() => undefined)
  const onAbort = (): void => settle()
  if (signal.aborted) settle()
  else signal.addEventListener('abort', onAbort)
  return {
    fail: (error) => settle(error instanceof Error ? error : new Error(String(error))),
    get isOver() {
      return isOver
    },
    over,
  }
}

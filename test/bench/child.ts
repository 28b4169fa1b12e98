import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A program of this folder in a process of its own; it ends when it is disconnected. */
export function startChild(file: string): ChildProcess {
  return fork(new URL(file, import.meta.url), { execArgv: ['--import', 'tsx'] })
}

/** Sends a command, when there is one, and waits for the next answer: which it is, the order of the conversation says. */
export async function ask<Answer>(child: ChildProcess, command?: object): Promise<Answer> {
  const listening = new AbortController()
  const answered = once(child, 'message', listening)
  const ended = once(child, 'exit', listening).then(([code]) => {
    throw new Error(`a program of the bench ended with code ${String(code)}`)
  })
  for (const either of [answered, ended]) either.catch(() => undefined)
  if (command !== undefined) child.send(command)
  try {
    // as: who asks knows what is answered
    const [answer] = (await Promise.race([answered, ended])) as [Answer]
    return answer
  } finally {
    listening.abort()
  }
}

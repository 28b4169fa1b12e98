import type { Agenda } from '../agenda.ts'
import type { Line } from './line.ts'

/** Tells what is due, each report once it was answered for the one before; what was not answered is told again over the next line. */
export async function tellDue(line: Line, agenda: Agenda, frameAt: (at: number) => Buffer): Promise<void> {
  for (let at = await agenda.due(); at !== undefined; at = await agenda.due()) {
    await line.ask(frameAt(at))
    agenda.done()
  }
}

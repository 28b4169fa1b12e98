import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/server.ts'
import { settingsOf } from '../../server/settings.ts'
import { MovedClock } from './moved-clock.ts'

/**
 * The server as a process, in a time of its own: it begins at YIPING_TEST_NOW (milliseconds since 1970), and whoever started it moves it on by
 * the message { moveTo }, which is answered with { movedTo } when all that fell due on the way is recorded.
 */

const clock = new MovedClock(Number(process.env['YIPING_TEST_NOW']))
const server = await startServer(
  settingsOf(process.env),
  createLog(clock, (_level, line) => {
    console.log(line)
  }),
  // nobody has set it: the time that is moved has passed
  { clock, monotonicMs: () => clock.now() },
)

process.on('message', ({ moveTo }: { readonly moveTo: number }) => {
  void clock.moveTo(moveTo).then(() => process.send?.({ movedTo: clock.now() }))
})
const end = (): void => void server.close().then(() => process.exit(0))
process.on('SIGTERM', end)
process.on('disconnect', end)

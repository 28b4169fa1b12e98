import { createLog } from './log.ts'
import { systemClock } from './system-clock.ts'
import { ConfigurationError, startServer } from './server.ts'
import { settingsOf } from './settings.ts'

/** The process: starts the server, tells people where it is, and ends it in good order. */

/** BSD's EX_CONFIG: a supervisor need not try again before somebody mended the configuration. */
const exitConfiguration = 78

const log = createLog(systemClock, (level, line) => {
  if (level === 'info') console.log(line)
  else console.error(line)
})

try {
  const server = await startServer(settingsOf(process.env), log)
  console.log(server.greeting)
  let isEnding = false
  const end = (): void => {
    if (isEnding) return
    isEnding = true
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('The server did not stop cleanly:', error)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  // started by `npm start`: end with it, however it ended
  process.on('disconnect', end)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(error instanceof ConfigurationError ? exitConfiguration : 1)
}

import type { TransportContext } from '../../transport.ts'
import { Alarm } from '../polling.ts'
import { Collector } from './collector.ts'
import type { FileOptions } from './options.ts'
import type { Place } from './place.ts'

/**
 * Looks at a place until the signal is aborted: every `scanSeconds`, sooner while a file is settling, at once when `watch` says so.
 * @param watch calls back when something changed there; the answer ends it
 * @throws as Collector.scan does
 */
export async function collect(
  context: TransportContext<FileOptions>,
  place: Place,
  watch: (onChange: () => void) => () => void = () => () => undefined,
): Promise<void> {
  const collector = new Collector(context, place, context.options)
  const alarm = new Alarm(context.clock, context.signal)
  const stopWatching = watch(() => alarm.ring())
  try {
    while (!context.signal.aborted) await alarm.sleep(await collector.scan())
  } finally {
    stopWatching()
  }
}

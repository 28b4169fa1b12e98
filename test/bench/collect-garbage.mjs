import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Loaded into each thread of a server whose memory is watched for long, before anything else. What a program keeps is what is left after a
 * collection of garbage; V8 puts that off for as long as the machine has memory to spare, and resident memory then tells of the machine.
 */
const everyMs = 20_000

// NODE_OPTIONS does not take this flag
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
setInterval(() => collect(), everyMs).unref()

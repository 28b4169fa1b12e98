import { helloSchema, protocolVersion } from '../../contract/protocol.ts'
import type { Hello } from '../../contract/protocol.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import type { TopicName } from '../../contract/topic.ts'

/** How much of a foreign name is repeated to whoever sent it. */
const longestEcho = 64

/**
 * P1.4: parses what a client said in `hello`.
 * @returns the hello, or in words why this server cannot serve it
 */
export function readHello(payload: unknown, isTopic: (name: TopicName) => boolean): Result<Hello, string> {
  const parsed = helloSchema.safeParse(payload)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return fail(`hello is malformed at "${(issue?.path.join('.') ?? '').slice(0, longestEcho)}": ${(issue?.message ?? '').slice(0, 4 * longestEcho)}`)
  }
  const hello = parsed.data
  if (hello.protocol !== protocolVersion) {
    return fail(`this server speaks protocol ${String(protocolVersion)}, the client ${String(hello.protocol)}: load the page again`)
  }
  const unknown = hello.topics.find((topic) => !isTopic(topic))
  if (unknown !== undefined) return fail(`there is no topic "${unknown.slice(0, longestEcho)}": check the screen's panels and districts`)
  return ok(hello)
}

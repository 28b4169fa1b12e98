import { ProviderError } from './provider.ts'
import type { Still } from './provider.ts'
import { readBody } from './read-body.ts'

const mostStillBytes = 8 * 1024 * 1024

/** A picture's first bytes. What a platform calls it is not asked: object stores say application/octet-stream, sign-in pages image/jpeg. */
const kinds = [
  { contentType: 'image/jpeg', head: Buffer.from([0xff, 0xd8, 0xff]) },
  { contentType: 'image/png', head: Buffer.from([0x89, 0x50, 0x4e, 0x47]) },
]

/** @throws ProviderError for what is no picture, or larger than 8 MiB */
export async function readStill(answer: Response): Promise<Still> {
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new ProviderError('unreachable', `the picture's address answers ${String(answer.status)}`)
  }
  let body: Buffer
  try {
    body = await readBody(answer, mostStillBytes)
  } catch (cause) {
    throw new ProviderError('unreachable', 'the picture could not be read to its end', { cause })
  }
  const kind = kinds.find(({ head }) => body.subarray(0, head.length).equals(head))
  if (kind === undefined) throw new ProviderError('unreachable', 'what came in place of a picture is none')
  return { body, contentType: kind.contentType }
}

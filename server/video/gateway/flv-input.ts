import type { Readable } from 'node:stream'
import { askFollowing, discard } from '../upstream.ts'
import { StreamTrouble } from '../trouble.ts'
import { addressOf, troubleOfStatus } from './input.ts'
import type { Input, OpenInput } from './input.ts'

/** HTTP-FLV, fetched here: redirects are followed within the platform's hosts alone. */
export const openFlv: OpenInput = async (stream, { agent }, signal) => {
  const { href, hostname } = addressOf(stream, ['http:', 'https:'])
  const asking = { ...(stream.headers && { headers: stream.headers }), headersFor: hostname }
  const { answer } = await askFollowing(agent, href, asking, signal).catch((cause: unknown) => {
    throw cause instanceof StreamTrouble ? cause : new StreamTrouble('no-stream', 'the media server does not answer', { cause })
  })
  if (answer.statusCode !== 200) {
    discard(answer.body)
    throw troubleOfStatus(answer.statusCode)
  }
  return inputFrom(answer.body)
}

function inputFrom(bytes: Readable): Input {
  // ffmpeg learns of it by the end of its input
  bytes.on('error', () => undefined)
  return {
    options: ['-protocol_whitelist', 'pipe', '-format_whitelist', 'flv', '-f', 'flv', '-i', 'pipe:0'],
    feed: (stdin) => {
      bytes.pipe(stdin)
      bytes.once('close', () => stdin.end())
    },
    trouble: () => undefined,
    close: () => void bytes.destroy(),
  }
}

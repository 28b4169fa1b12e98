import { Readable } from 'node:stream'
import type { OpenStream } from '../provider.ts'
import { StreamTrouble } from '../trouble.ts'
import { allowedAddress, troubleOfStatus } from './input.ts'
import type { Input, InputOptions, OpenInput } from './input.ts'

const mostRedirects = 3

/** HTTP-FLV, fetched here: redirects are followed within the platform's hosts alone. */
export const openFlv: OpenInput = async (stream, options, signal) => {
  const answer = await ask(stream, options, signal)
  if (answer.status !== 200 || answer.body === null) {
    await answer.body?.cancel()
    throw troubleOfStatus(answer.status)
  }
  return inputFrom(answer.body.getReader())
}

async function ask(stream: OpenStream, { fetch, allows }: InputOptions, signal: AbortSignal): Promise<Response> {
  let url = stream.url
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const address = allowedAddress({ ...stream, url }, ['http:', 'https:'], allows)
    const answer = await fetch(address, { redirect: 'manual', signal, headers: { ...stream.headers } }).catch((cause: unknown) => {
      throw new StreamTrouble('no-stream', 'the media server does not answer', { cause })
    })
    const next = answer.headers.get('location')
    if (answer.status < 300 || answer.status > 399 || next === null) return answer
    await answer.body?.cancel()
    url = new URL(next, address).href
  }
  throw new StreamTrouble('no-stream', `more than ${String(mostRedirects)} redirects`)
}

function inputFrom(reader: ReadableStreamDefaultReader): Input {
  const bytes = Readable.from(bytesOf(reader))
  // ffmpeg learns of it by the end of its input
  bytes.on('error', () => undefined)
  return {
    options: ['-protocol_whitelist', 'pipe', '-format_whitelist', 'flv', '-f', 'flv', '-i', 'pipe:0'],
    feed: (stdin) => {
      bytes.pipe(stdin)
      bytes.once('close', () => stdin.end())
    },
    trouble: () => undefined,
    close: () => {
      reader.cancel().catch(() => undefined)
      bytes.destroy()
    },
  }
}

async function* bytesOf(reader: ReadableStreamDefaultReader): AsyncGenerator<Uint8Array> {
  // fetch bodies are streams of bytes; the type does not say so
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value as Uint8Array
}

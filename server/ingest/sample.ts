import type { SampleAnswer } from '../../contract/bench.ts'
import { secondMs } from '../../contract/time.ts'
import type { Message, RawMessage } from './codec.ts'
import type { OpenFeed } from './open-feed.ts'
import type { Privacy } from './privacy.ts'
import type { RunnerRooms } from './runner.ts'
import { NotTakenError } from './transport.ts'

/** An upstream that has said nothing for so long has nothing to say now. */
const patienceMs = 10 * secondMs

/** 取样: connects as the feed would, and takes the first message without acknowledging it, so that the feed itself still gets it. */
export async function fetchSample(feed: OpenFeed, rooms: RunnerRooms): Promise<SampleAnswer> {
  const { link, codec, definition } = feed
  if (link === undefined) return { problems: [], reason: 'this feed is sent to us: paste what its upstream sends' }
  const ending = new AbortController()
  const cancel = rooms.clock.after(patienceMs, () => ending.abort())
  let taken: SampleAnswer['sample']
  const take = (raw: RawMessage): never => {
    taken ??= { ...written(raw, codec?.isBinary === true, rooms.privacy), origin: raw.origin, contentType: raw.contentType }
    ending.abort()
    throw new NotTakenError('only a sample was wanted')
  }
  try {
    await link.transport.run({
      ...{ feed: definition, url: link.url, options: link.options, clock: rooms.clock, signal: ending.signal },
      ...{ hosts: rooms.hosts, folder: rooms.folder, ledger: rooms.ledger(definition.id), openStream: codec?.openStream },
      ...{ secret: (name) => rooms.secrets.secret(name), certificate: rooms.certificate, installation: rooms.installation, warn: () => undefined },
      deliver: (raw) => Promise.resolve(raw).then(take),
      deliverMessages: async (messages, origin) =>
        messages.length === 0 ? { facts: 0, rejected: 0 } : await Promise.resolve({ body: Buffer.from(jsonOf(messages)), origin }).then(take),
      alive: () => undefined,
      answered: () => undefined,
      listening: () => undefined,
    })
  } catch (error) {
    if (taken === undefined) return { problems: [], reason: rooms.privacy.words(error instanceof Error ? error.message : String(error)) }
  } finally {
    cancel()
  }
  return taken === undefined ? { problems: [], reason: `nothing came within ${String(patienceMs / secondMs)} s` } : { problems: [], sample: taken }
}

function written(
  { body }: RawMessage,
  isBinary: boolean,
  privacy: Pick<Privacy, 'text'>,
): { readonly body: string; readonly encoding: 'text' | 'hex' | 'base64' } {
  if (isBinary) return { body: body.toString('hex'), encoding: 'hex' }
  const text = body.toString('utf8')
  // a workbook, or a text in another encoding, must reach the codec as it is
  return text.includes('\uFFFD') || text.includes('\0')
    ? { body: body.toString('base64'), encoding: 'base64' }
    : { body: privacy.text(text), encoding: 'text' }
}

const jsonOf = (messages: readonly Message[]): string =>
  JSON.stringify(
    messages.flatMap((message) => ('value' in message ? [message.value] : [])),
    undefined,
    2,
  )

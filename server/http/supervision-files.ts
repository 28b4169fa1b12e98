import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ProblemKind } from '../../contract/problem.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import { plainFileName } from '../../contract/supervision.ts'
import type { AttachmentRefusal, AttachmentStore } from '../attachments/attachment-store.ts'
import type { UnitRoom } from '../attachments/unit-room.ts'
import { quote } from '../core/foreign-words.ts'
import { announcedLength } from './body.ts'
import { ProblemError, sendJson } from './problem.ts'
import { refused } from './query.ts'
import type { Visit } from './route.ts'

/** 附件 over HTTP: in as they are, out as downloads that no browser runs. */

const kinds: Readonly<Record<AttachmentRefusal['why'], ProblemKind>> = {
  'too-large': 'too-large',
  'not-taken': 'unsupported-media-type',
  full: 'storage-full',
  'enough-today': 'busy',
  'broken-off': 'bad-request',
  unknown: 'bad-request',
}

/** @param place what of the request is meant */
export const refusedAttachment = ({ why, detail }: AttachmentRefusal, place: string): ProblemError =>
  new ProblemError(kinds[why], `${place}: ${detail}`)

/** Uploads under way: each takes the disk's time, and a crowd of them would take all. */
export class Uploads {
  static readonly #most = 8
  static readonly #mostOfSession = 2
  readonly #sessions: string[] = []

  /** @throws ProblemError where there are too many at once */
  async during<T>(session: string, act: () => Promise<T>): Promise<T> {
    const own = this.#sessions.filter((other) => other === session).length
    if (own >= Uploads.#mostOfSession || this.#sessions.length >= Uploads.#most)
      throw new ProblemError('busy', 'too many files are being sent at once; send this one when another has arrived')
    this.#sessions.push(session)
    try {
      return await act()
    } finally {
      this.#sessions.splice(this.#sessions.indexOf(session), 1)
    }
  }
}

export interface UploadRooms {
  readonly attachments: AttachmentStore
  readonly uploads: Uploads
  /** what each unit may send; the desk sends as it must */
  readonly unitRoom: UnitRoom
  /** bytes of the largest file */
  readonly mostBytes: number
}

/** Answers with the attachment that a step may name. */
export async function receiveFile(rooms: UploadRooms, request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<void> {
  const name = nameIn(visit.query)
  if ((announcedLength(request) ?? 0) > rooms.mostBytes)
    throw new ProblemError(
      'too-large',
      `body: more than ${String(rooms.mostBytes / 1_000_000)} MB; send a smaller file, or raise attachments.megabytes`,
    )
  // as: a request gives Buffers as long as nobody sets an encoding; left before its end it stays whole, so that it can still be answered
  const content = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  const taken = await rooms.uploads.during(visit.sessionId, () => takeCounted(rooms, { name, content, unit: visit.unit }))
  if (!taken.ok) throw refusedAttachment(taken.error, taken.error.why === 'not-taken' ? 'file' : 'body')
  sendJson(response, 200, taken.value)
}

interface Incoming {
  readonly name: string
  readonly content: AsyncIterable<Buffer>
  /** of the sender; undefined at the desk */
  readonly unit: string | undefined
}

async function takeCounted({ attachments, unitRoom }: UploadRooms, { name, content, unit }: Incoming) {
  if (unit === undefined) return await attachments.take(name, content)
  const upload = unitRoom.begin(unit)
  let id: string | undefined
  try {
    const taken = await attachments.take(name, content, (bytes) => upload.add(bytes))
    if (taken.ok) id = taken.value.id
    return taken
  } finally {
    upload.end(id)
  }
}

function nameIn(query: URLSearchParams): string {
  const name = (query.get('name') ?? '').trim()
  if (name === '') throw refused('name', 'missing; send the name of the file, such as ?name=%E6%95%B4%E6%94%B9.pdf')
  if (name.length > 120) throw refused('name', `it has ${String(name.length)} characters; expected at most 120`)
  if (!plainFileName.test(name)) throw refused('name', 'expected the name of a file, without folders and control characters')
  return name
}

/** A file that a step of the order names. */
export async function sendAttachment(attachments: AttachmentStore, order: SupervisionOrder, id: string, response: ServerResponse): Promise<void> {
  const attachment = order.steps.flatMap((step) => step.attachments).find((one) => one.id === id)
  const content = attachment === undefined ? undefined : attachments.read(id)
  if (attachment === undefined || content === undefined)
    throw new ProblemError('not-found', `attachment: no step of ${order.number} has the file ${quote(id)}`)
  response.writeHead(200, {
    'content-type': attachment.mediaType,
    'content-length': attachment.bytes,
    'content-disposition': `attachment; filename="attachment"; filename*=UTF-8''${encodeURIComponent(attachment.name).replace(/['()*]/g, percent)}`,
    'cache-control': 'private, no-store',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  })
  try {
    await pipeline(content, response)
  } catch (error) {
    // whoever downloads may leave at any time
    if (!response.destroyed) throw error
  }
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

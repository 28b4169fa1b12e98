import type { ServerResponse } from 'node:http'
import { secondMs } from '../../contract/time.ts'
import { moveRequestSchema, viewingRequestSchema } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import { answering, sendJson, unkept } from './answer.ts'
import type { Gate } from './gate.ts'
import type { Platform } from './platform.ts'
import { ownerOf } from './platforms.ts'
import { sourceOf, visitorOf } from './video-request.ts'
import type { VideoRequest } from './video-request.ts'

export interface CameraDeskOptions {
  readonly platforms: readonly Platform[]
  readonly gate: Gate
  readonly clock: Clock
  /** told of every move that a camera was made to make */
  readonly moved: (move: { readonly source: string; readonly move: string; readonly by: string }) => void
}

/** Nobody can let go of a button on a screen that has gone: a camera that turns is stopped after this. */
const turnsForMs = 15 * secondMs

/** What can be done with a camera besides playing its stream. */
export class CameraDesk {
  readonly #options: CameraDeskOptions
  /** cameras that turn, with what calls off their stopping */
  readonly #turning = new Map<string, () => void>()

  constructor(options: CameraDeskOptions) {
    this.#options = options
  }

  /** POST /api/video/:source/viewing */
  async open(response: ServerResponse, asked: VideoRequest): Promise<void> {
    const { reason } = await asked.readBody(viewingRequestSchema, '{"reason": "…"}, the reason in 4 to 200 characters')
    await answering(response, () => {
      const { fact } = ownerOf(this.#options.platforms, sourceOf(asked))
      sendJson(response, 200, this.#options.gate.grant(fact, visitorOf(asked), reason))
      return Promise.resolve()
    })
  }

  /** GET /api/video/:source/snapshot */
  async still(response: ServerResponse, asked: VideoRequest): Promise<void> {
    await answering(response, async () => {
      const { platform, fact } = ownerOf(this.#options.platforms, sourceOf(asked))
      const { body, contentType } = await this.#options.gate.enter(fact, visitorOf(asked), () => platform.still(fact.id))
      response.writeHead(200, { 'content-type': contentType, 'content-length': body.length, ...unkept }).end(body)
    })
  }

  /** POST /api/video/:source/ptz */
  async turn(response: ServerResponse, asked: VideoRequest): Promise<void> {
    const { move, speed } = await asked.readBody(moveRequestSchema, '{"move": "left"}, or right, up, down, in, out, stop; "speed" from 0.05 to 1')
    await answering(response, async () => {
      const { platforms, gate, moved } = this.#options
      const { platform, fact } = ownerOf(platforms, sourceOf(asked))
      await gate.enter(fact, visitorOf(asked), () => platform.turn(fact.id, move, speed))
      if (move === 'stop') this.#stopped(fact.id)
      else this.#stopLater(platform, fact.id)
      moved({ source: fact.id, move, by: asked.name ?? asked.sessionId })
      response.writeHead(204, unkept).end()
    })
  }

  close(): void {
    for (const cancel of this.#turning.values()) cancel()
  }

  #stopped(source: string): void {
    this.#turning.get(source)?.()
    this.#turning.delete(source)
  }

  #stopLater(platform: Platform, source: string): void {
    this.#stopped(source)
    const cancel = this.#options.clock.after(turnsForMs, () => {
      this.#turning.delete(source)
      // one that cannot be stopped now has gone away altogether, or is stopped by its platform
      platform.turn(source, 'stop', 0).catch(() => undefined)
    })
    this.#turning.set(source, cancel)
  }
}

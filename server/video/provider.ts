import type { Place } from '../../contract/fact-field.ts'
import type { Instant } from '../../contract/time.ts'
import type { Move } from '../../contract/video.ts'

/** One camera as its platform's catalogue has it, in our words. */
export interface CatalogueItem {
  readonly id: string
  readonly name: string
  readonly isOnline: boolean
  /** the platform's region or directory, by name and by code: either may be named in config */
  readonly regions: readonly string[]
  /** in the datum that config names */
  readonly place: Place | undefined
  /** degrees clockwise from north */
  readonly heading: number | undefined
  /** GB/T 28181 code, where its number in the catalogue is another */
  readonly code?: string
  /** it can be turned */
  readonly canMove?: boolean
}

/** One entry of a catalogue that could not be read. `raw` is what the platform sent. */
export interface RefusedItem {
  readonly detail: string
  readonly raw: string
}

export interface Catalogue {
  readonly items: readonly CatalogueItem[]
  readonly refused: readonly RefusedItem[]
}

/** main: as good as the camera can · sub: small, for tiles */
export const qualities = ['main', 'sub'] as const
export type Quality = (typeof qualities)[number]

/** A live stream that the platform has opened for us. Its address never leaves the server. */
export interface OpenStream {
  readonly url: string
  /** how it comes; what is not HLS is made so by the gateway */
  readonly kind: 'hls' | 'flv' | 'rtsp'
  /** sent with each request for it */
  readonly headers?: Readonly<Record<string, string>>
  /** when the address stops working; undefined where it lasts */
  readonly expiresAt: Instant | undefined
  /** what the platform knows it by, for lengthening and closing it */
  readonly handle?: string
}

/** A still picture, as the platform sends it. */
export interface Still {
  readonly body: Buffer
  readonly contentType: string
}

/** A video platform: one file each, named in config by `provider`. Every call throws ProviderError and nothing else. */
export interface VideoProvider {
  list(signal: AbortSignal): Promise<Catalogue>
  /** The live stream of one camera; `main` where it has no other. */
  open(source: string, quality: Quality, signal: AbortSignal): Promise<OpenStream>
  /** Lengthens a stream's life where the platform can; else it is opened anew. */
  keepAlive?(source: string, stream: OpenStream, signal: AbortSignal): Promise<OpenStream>
  /** Tells the platform that nobody watches any more. */
  close?(source: string, stream: OpenStream): Promise<void>
  snapshot?(source: string, signal: AbortSignal): Promise<Still>
  /** Begins to turn a camera at `speed` (0-1), or stops it. */
  ptz?(source: string, move: Move, speed: number, signal: AbortSignal): Promise<void>
}

/**
 * unreachable: no answer, or not one of this platform · refused: our key, secret or signature · forbidden: this camera or interface is not
 * ours to use · unknown-camera · no-stream: the platform is well, this camera does not send · overloaded: the platform has no room now ·
 * unconfigured: no credential in the environment
 */
export type ProviderFault = 'unreachable' | 'refused' | 'forbidden' | 'unknown-camera' | 'no-stream' | 'overloaded' | 'unconfigured'

/** `message` is for people and logs: never an address, a key or text that the platform wrote. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly fault: ProviderFault

  constructor(fault: ProviderFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

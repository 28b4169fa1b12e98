import type { Writable } from 'node:stream'
import type { Agent } from 'undici'
import type { Clock } from '../../core/clock.ts'
import type { OpenStream } from '../provider.ts'
import { StreamTrouble } from '../trouble.ts'
import type { MediaHosts } from '../upstream.ts'
import type { Program } from './program.ts'

/** Where ffmpeg gets a stream from: always us, never a network by itself. So no credential stands among its arguments, for all to see. */
export interface Input {
  readonly options: readonly string[]
  /** Writes to ffmpeg's standard input. */
  feed(stdin: Writable): void
  /** what was wrong with the stream, as far as it is known here */
  trouble(): StreamTrouble | undefined
  /** may be called again */
  readonly close: () => void
}

export interface InputOptions {
  readonly program: Program
  readonly clock: Clock
  /** where the platform's streams may come from */
  readonly hosts: MediaHosts
  /** connects there and nowhere else */
  readonly agent: Agent
}

/** Opens a stream; gives up when `signal` aborts. Throws StreamTrouble. */
export type OpenInput = (stream: OpenStream, options: InputOptions, signal: AbortSignal) => Promise<Input>

/** A camera, or a media server for it, wants another user or password. */
export class Refused extends StreamTrouble {
  constructor() {
    super('no-permission', 'the camera refuses the user or the password')
  }
}

/** In words, an HTTP or RTSP status that is no success. */
export function troubleOfStatus(status: number): StreamTrouble {
  if (status === 401) return new Refused()
  if (status === 403) return new StreamTrouble('no-permission', 'the camera’s stream is not ours to see')
  if (status === 404 || status === 454) return new StreamTrouble('no-stream', 'the camera knows no stream at the address given for it')
  if (status === 453 || status === 503) return new StreamTrouble('busy', 'the camera has no room for one more viewer')
  return new StreamTrouble('no-stream', `the camera answers ${String(status)}`)
}

/** The address of a stream, of one of these schemes. */
export function addressOf(stream: OpenStream, schemes: readonly string[]): URL {
  const address = URL.canParse(stream.url) ? new URL(stream.url) : undefined
  if (address !== undefined && schemes.includes(address.protocol)) return address
  throw new StreamTrouble('platform-down', `the platform gives an address that does not begin with ${schemes.join(' or ')}`)
}

import type { VideoTrouble, VideoTroubleAnswer } from '../../contract/video.ts'
import { PlaylistError } from './playlist.ts'
import { ProviderError } from './provider.ts'
import type { ProviderFault } from './provider.ts'

/** Why a viewer gets no picture just now. `message` is for people: no address, no credential. */
export class StreamTrouble extends Error {
  override readonly name = 'StreamTrouble'
  readonly state: VideoTrouble
  readonly needs: VideoTroubleAnswer['needs']

  constructor(state: VideoTrouble, message: string, options?: ErrorOptions & Pick<VideoTroubleAnswer, 'needs'>) {
    super(message, options)
    this.state = state
    this.needs = options?.needs
  }
}

const byFault: Readonly<Record<ProviderFault, VideoTrouble>> = {
  unreachable: 'platform-down',
  refused: 'platform-down',
  unconfigured: 'platform-down',
  forbidden: 'no-permission',
  'unknown-camera': 'offline',
  'no-stream': 'no-stream',
  overloaded: 'busy',
}

/** Any failure as a trouble; what nobody foresaw is a platform that does not work. */
export function troubleOf(error: unknown): StreamTrouble {
  if (error instanceof StreamTrouble) return error
  if (error instanceof ProviderError) return new StreamTrouble(byFault[error.fault], error.message, { cause: error })
  if (error instanceof PlaylistError) return new StreamTrouble('no-stream', error.message, { cause: error })
  return new StreamTrouble('platform-down', 'the stream could not be fetched', { cause: error })
}

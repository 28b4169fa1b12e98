import Hls from 'hls.js'
import type { ErrorData, HlsConfig, LevelDetails } from 'hls.js'
import { secondMs } from '../../../contract/time.ts'
import type { PlayerError } from './policy.ts'
import type { PlaylistEnd, Stream, StreamReports } from './stream.ts'

/** Little buffer, for live pictures on a page that runs for months. Our policy retries; hls.js itself asks only twice more. */
const configuration: Partial<HlsConfig> = {
  // the worker would be made from a blob; at these sizes it saves nothing
  enableWorker: false,
  lowLatencyMode: false,
  liveSyncDurationCount: 2,
  liveMaxLatencyDurationCount: 6,
  maxBufferLength: 10,
  maxMaxBufferLength: 15,
  maxBufferSize: 8_000_000,
  backBufferLength: 4,
  enableWebVTT: false,
  enableIMSC1: false,
  enableCEA708Captions: false,
  manifestLoadPolicy: { default: { maxTimeToFirstByteMs: 12_000, maxLoadTimeMs: 15_000, timeoutRetry: null, errorRetry: null } },
  playlistLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 8_000,
      maxLoadTimeMs: 10_000,
      timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
      errorRetry: { maxNumRetry: 2, retryDelayMs: 800, maxRetryDelayMs: 2_000 },
    },
  },
  fragLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 8_000,
      maxLoadTimeMs: 15_000,
      timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
      errorRetry: { maxNumRetry: 2, retryDelayMs: 800, maxRetryDelayMs: 2_000 },
    },
  },
}

/**
 * Plays a live playlist in a video element.
 * @param url same-origin address of the playlist
 * @returns undefined where the browser has no media sources
 */
export function openHlsStream(video: HTMLVideoElement, url: string, reports: StreamReports): Stream | undefined {
  if (!Hls.isSupported()) return undefined
  const hls = new Hls(configuration)
  let written: string | undefined
  hls.on(Hls.Events.ERROR, (_event, error) => {
    reports.error(asPlayerError(error, written))
  })
  hls.on(Hls.Events.MANIFEST_LOADED, (_event, { levels }) => {
    written = levels[0]?.videoCodec
  })
  hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
    reports.playlist(endOf(details))
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return {
    get takenAt() {
      return hls.playingDate?.getTime()
    },
    recover: () => {
      hls.recoverMediaError()
    },
    close: () => {
      hls.destroy()
    },
  }
}

function endOf({ endSN, targetduration, fragments }: LevelDetails): PlaylistEnd {
  return { number: endSN, at: fragments.at(-1)?.programDateTime ?? undefined, segmentMs: targetduration * secondMs }
}

/** @param written the codec that the playlist names, where it names one */
function asPlayerError({ type, details, fatal, response, networkDetails, mimeType }: ErrorData, written: string | undefined): PlayerError {
  // of a text request this is the XMLHttpRequest; hls.js types it as any
  const request: unknown = networkDetails
  const isText = request instanceof XMLHttpRequest && (request.responseType === '' || request.responseType === 'text')
  const refused = /codecs="?([^",;]+)/.exec(mimeType ?? '')?.[1]
  return { type, details, fatal, status: response?.code, body: isText ? request.responseText : undefined, codec: refused ?? written }
}

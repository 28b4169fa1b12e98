import { StreamTrouble } from '../trouble.ts'

const most = 16 * 1024

/** What ffmpeg says on standard error. It quotes addresses: none of it is repeated. */
export class Complaints {
  #text = ''

  add(text: string): void {
    this.#text = (this.#text + text).slice(-most)
  }

  /** pictures that MP4 cannot hold as they are */
  get isAboutCopying(): boolean {
    return /Could not find tag for codec|codec not currently supported in container/.test(this.#text)
  }

  /** In our words, why ffmpeg has ended. */
  trouble(): StreamTrouble {
    for (const [pattern, trouble] of meanings) if (pattern.test(this.#text)) return trouble()
    return new StreamTrouble('no-stream', 'the stream has ended')
  }
}

const meanings: readonly (readonly [RegExp, () => StreamTrouble])[] = [
  [/Unknown encoder/, () => new StreamTrouble('platform-down', 'this ffmpeg cannot code H.264: install one that has libx264')],
  [
    /Unrecognized option|Option .* not found|[Uu]nknown keyword|Unknown (in|out)put format/,
    () => new StreamTrouble('platform-down', 'this ffmpeg does not understand us: install a whole one of version 4.1 or later'),
  ],
  [/matches no streams|does not contain any stream/, () => new StreamTrouble('no-stream', 'there are no pictures in the stream')],
  [
    /Invalid data found|Could not find codec parameters|is not implemented/,
    () => new StreamTrouble('no-stream', 'what the camera sends is no video that this ffmpeg can read'),
  ],
]

import { StreamTrouble } from '../trouble.ts'

const mostHeadBytes = 64 * 1024
/** RFC 2326 §10.12: `$`, a channel, the length of the packet that follows */
const interleavedMark = 0x24
const interleavedHeadBytes = 4

/**
 * Reads what an RTSP server says (RFC 2326) before ffmpeg does, until it plays. Nothing that sends ffmpeg to another host gets through:
 * it would follow any redirect.
 */
export class RtspAnswers {
  #held = Buffer.alloc(0)
  #skip = 0
  #phase: 'describing' | 'asked-to-play' | 'playing' = 'describing'
  #status: number | undefined

  /** of the last answer, that to playing at the latest; undefined before the first */
  get status(): number | undefined {
    return this.#status
  }

  /** ffmpeg has asked to play: from here on it follows no redirect. */
  play(): void {
    this.#phase = 'asked-to-play'
  }

  /**
   * @returns what may be handed on of all that has come
   * @throws StreamTrouble at a redirect, and at what is no RTSP
   */
  take(chunk: Buffer): Buffer {
    if (this.#phase !== 'describing') return this.#afterPlay(chunk)
    const bytes = Buffer.concat([this.#held, chunk])
    let passed = 0
    for (let next = this.#step(bytes, passed); next > passed; next = this.#step(bytes, passed)) passed = next
    this.#held = bytes.subarray(passed)
    if (this.#held.length > mostHeadBytes) throw noRtsp()
    return bytes.subarray(0, passed)
  }

  #afterPlay(chunk: Buffer): Buffer {
    const status = this.#phase === 'asked-to-play' ? statusOf(chunk.toString('latin1', 0, 16)) : undefined
    if (status !== undefined) [this.#status, this.#phase] = [status, 'playing']
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = Buffer.alloc(0)
    return bytes
  }

  /** Where the bytes that may be handed on end, when those before `at` may. */
  #step(bytes: Buffer, at: number): number {
    const left = bytes.length - at
    const skipped = Math.min(this.#skip, left)
    this.#skip -= skipped
    if (skipped > 0 || left === 0) return at + skipped
    if (bytes[at] === interleavedMark) {
      if (left < interleavedHeadBytes) return at
      this.#skip = interleavedHeadBytes + bytes.readUInt16BE(at + 2)
      return this.#step(bytes, at)
    }
    return at + this.#headLength(bytes.toString('latin1', at, at + mostHeadBytes))
  }

  /** Length of the head that `text` begins with; 0 while it is not whole. */
  #headLength(text: string): number {
    const head = /^\s*[^]*?\r?\n\r?\n/.exec(text)?.[0]
    if (head === undefined) return 0
    const status = statusOf(head.trimStart())
    // a server may ask too; ffmpeg answers what it knows
    if (status === undefined && !/^[A-Z_]+ \S+ RTSP\//.test(head.trimStart())) throw noRtsp()
    this.#status = status ?? this.#status
    if (status !== undefined && status >= 300 && status < 400) {
      throw new StreamTrouble('platform-down', 'the camera sends us on to another address: refused')
    }
    this.#skip = Number(/^content-length:\s*(\d{1,6})/im.exec(head)?.[1] ?? 0)
    return head.length
  }
}

function statusOf(text: string): number | undefined {
  const status = /^RTSP\/\d\.\d (\d{3})/.exec(text)?.[1]
  return status === undefined ? undefined : Number(status)
}

const noRtsp = (): StreamTrouble => new StreamTrouble('no-stream', 'what answers at the camera’s address does not speak RTSP')

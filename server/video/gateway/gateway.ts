import { createHash } from 'node:crypto'
import type { Agent } from 'undici'
import { minuteMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { OpenStream } from '../provider.ts'
import { StreamTrouble } from '../trouble.ts'
import { guardedAgent } from '../upstream.ts'
import type { Fetched } from '../upstream.ts'
import type { Coding } from './command.ts'
import { Conversion } from './conversion.ts'
import { Refused } from './input.ts'
import type { InputOptions } from './input.ts'
import { findProgram } from './program.ts'
import type { Program, Spawn } from './program.ts'

export interface GatewayOptions extends Omit<InputOptions, 'program' | 'agent'> {
  /** the program: a name, or a path */
  readonly ffmpeg: string
  readonly spawn: Spawn
  /** pictures coded anew at the same time */
  readonly maxTranscodes: number
  /** in [0, 1); spreads restarts */
  readonly random: () => number
  /** a camera's stream has failed; it is tried again by itself */
  readonly failed: (camera: string, reason: string) => void
}

export interface GatewayStats {
  /** ffmpeg processes */
  readonly running: number
  /** of these, or kept free for them: those that code pictures anew */
  readonly transcodes: number
  /** since the start of the server */
  readonly restarts: number
  /** of pictures, held in memory */
  readonly bytes: number
}

/** Addresses of our own: nothing but the gateway answers to them. `gateway://<camera>/<coding>/<part>` */
const scheme = 'gateway:'
const playlistName = 'live.m3u8'
const playlistType = 'application/vnd.apple.mpegurl'

/** a conversion that nobody has asked for anything */
const idleMs = 20 * secondMs
/** cameras lock an account, or us, after some five wrong passwords */
const refusedForMs = 5 * minuteMs

interface Camera {
  readonly name: string
  stream: OpenStream
  codec: string | undefined
  refusal: { readonly url: string; readonly trouble: StreamTrouble; readonly until: Instant } | undefined
  readonly conversions: Map<Coding, { readonly conversion: Conversion; askedAt: Instant }>
}

/**
 * Turns streams that no browser plays (RTSP, HTTP-FLV), or that one cannot decode, into HLS: with one ffmpeg process for each camera and coding, from its first viewer
 * to some seconds after its last, and with nothing on disk.
 */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #cameras = new Map<string, Camera>()
  readonly #ending = new Set<Promise<void>>()
  readonly #agent: Agent
  readonly #stopSweeping: () => void
  #program: Promise<Program> | undefined
  #transcodes = 0
  #restarts = 0

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#agent = guardedAgent(options.hosts)
    this.#stopSweeping = options.clock.every(idleMs / 4, () => this.#sweep())
  }

  /**
   * Takes a stream in, or the same camera's stream opened anew. Nothing is started yet.
   * @param key names camera and quality, in logs too
   * @returns the address of its playlist, for `fetch`
   */
  open(key: string, stream: OpenStream): string {
    const id = idOf(key)
    const camera: Camera = this.#cameras.get(id) ?? { name: key, stream, codec: undefined, refusal: undefined, conversions: new Map() }
    camera.stream = stream
    for (const { conversion } of camera.conversions.values()) conversion.renew(stream)
    this.#cameras.set(id, camera)
    return `${scheme}//${id}/copy/${playlistName}`
  }

  /**
   * The address of a playlist that every browser plays, made of a stream of whatever kind: it is taken in unless it is one of ours already.
   * @param key as for `open`
   */
  anew(key: string, stream: OpenStream): string {
    return this.inH264(this.owns(stream.url) ? stream.url : this.open(key, stream))
  }

  /** Of the same camera, the address of a playlist that every browser plays: H.264, coded anew unless the camera sends that. */
  inH264(address: string): string {
    return address.replace('/copy/', '/h264/')
  }

  /** How the pictures of a camera’s first playlist are coded, as RFC 6381 names it; undefined before the first of them. */
  codecOf(address: string): string | undefined {
    return this.#cameras.get(new URL(address).host)?.codec
  }

  owns(address: string): boolean {
    return address.startsWith(`${scheme}//`)
  }

  /** A playlist, or a part that one names. Throws StreamTrouble. */
  async fetch(address: string): Promise<Fetched> {
    const { host, pathname } = new URL(address)
    const [, rendition = '', name = ''] = pathname.split('/')
    const camera = this.#cameras.get(host)
    const coding: Coding = rendition === 'h264' && camera?.codec?.startsWith('avc1.') !== true ? 'h264' : 'copy'
    const part = name === playlistName ? await this.#playlist(camera, coding) : this.#part(camera, coding, name)
    return { ...part, status: 200, contentRange: undefined, address }
  }

  /** Nobody watches any more. Resolves when the camera's processes are gone. */
  async stop(key: string): Promise<void> {
    const id = idOf(key)
    const camera = this.#cameras.get(id)
    if (camera === undefined) return
    // what it refused is remembered: a screen that comes back must not try the password again
    if (camera.refusal === undefined) this.#cameras.delete(id)
    await this.#stopAll(camera)
  }

  async close(): Promise<void> {
    this.#stopSweeping()
    const cameras = [...this.#cameras.values()]
    this.#cameras.clear()
    await Promise.all(cameras.map((camera) => this.#stopAll(camera)))
    await Promise.all(this.#ending)
    await this.#agent.destroy()
  }

  get stats(): GatewayStats {
    const conversions = [...this.#cameras.values()].flatMap((camera) => [...camera.conversions.values()].map((each) => each.conversion))
    return {
      running: conversions.filter(({ isRunning }) => isRunning).length,
      transcodes: this.#transcodes,
      restarts: this.#restarts,
      bytes: conversions.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  }

  async #playlist(camera: Camera | undefined, coding: Coding): Promise<Pick<Fetched, 'body' | 'contentType'>> {
    if (camera === undefined) throw new StreamTrouble('no-stream', 'the stream has been closed')
    const { refusal } = camera
    const now = this.#options.clock.now()
    if (refusal?.url === camera.stream.url && refusal.until > now) throw refusal.trouble
    camera.refusal = undefined
    const held = camera.conversions.get(coding) ?? { conversion: this.#convert(camera, coding), askedAt: now }
    camera.conversions.set(coding, held)
    held.askedAt = now
    return { body: Buffer.from(await held.conversion.playlist()), contentType: playlistType }
  }

  #part(camera: Camera | undefined, coding: Coding, name: string): Pick<Fetched, 'body' | 'contentType'> {
    const held = camera?.conversions.get(coding)
    const part = held?.conversion.part(name)
    if (held === undefined || part === undefined) throw new StreamTrouble('no-stream', 'this part of the stream is over')
    held.askedAt = this.#options.clock.now()
    return part
  }

  #convert(camera: Camera, coding: Coding): Conversion {
    return new Conversion({
      ...this.#options,
      agent: this.#agent,
      findProgram: () => this.#findProgram(),
      stream: camera.stream,
      coding,
      takePlace: () => this.#takePlace(),
      onCodec: (codec) => {
        if (coding === 'copy') camera.codec = codec
      },
      onRestart: () => (this.#restarts += 1),
      onFailure: (trouble) => this.#failed(camera, coding, trouble),
    })
  }

  #failed(camera: Camera, coding: Coding, trouble: StreamTrouble): void {
    this.#options.failed(camera.name, trouble.message)
    if (!(trouble instanceof Refused)) return
    camera.refusal = { url: camera.stream.url, trouble, until: this.#options.clock.now() + refusedForMs }
    this.#drop(camera, coding)
  }

  /** Asked once; asked again while there is none, so that one which is installed meanwhile is found. */
  #findProgram(): Promise<Program> {
    const { ffmpeg, spawn, clock } = this.#options
    this.#program ??= findProgram(ffmpeg, spawn, clock).catch((error: unknown) => {
      this.#program = undefined
      throw error
    })
    return this.#program
  }

  #takePlace(): (() => void) | undefined {
    if (this.#transcodes >= this.#options.maxTranscodes) return undefined
    this.#transcodes += 1
    return () => (this.#transcodes -= 1)
  }

  /** A camera may be watched in one of its codings and not in the other; and what nobody stops must not run for ever. */
  #sweep(): void {
    const before = this.#options.clock.now() - idleMs
    for (const camera of this.#cameras.values()) {
      for (const [coding, { askedAt }] of camera.conversions) if (askedAt <= before) this.#drop(camera, coding)
    }
  }

  #drop(camera: Camera, coding: Coding): void {
    const held = camera.conversions.get(coding)
    camera.conversions.delete(coding)
    if (held !== undefined) this.#await(held.conversion.stop())
  }

  async #stopAll(camera: Camera): Promise<void> {
    const stopping = [...camera.conversions.values()].map(({ conversion }) => conversion.stop())
    camera.conversions.clear()
    for (const each of stopping) this.#await(each)
    await Promise.all(stopping)
  }

  #await(stopping: Promise<void>): void {
    this.#ending.add(stopping)
    void stopping.finally(() => this.#ending.delete(stopping))
  }
}

const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 24)

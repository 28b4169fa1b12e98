import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCanvas } from '@napi-rs/canvas'
import type { SKRSContext2D } from '@napi-rs/canvas'
import { height, Painter, Stage, width } from './painter.ts'
import { loopSeconds } from './scene.ts'
import type { Scene } from './scene.ts'
import { scenes } from './scenes.ts'

/**
 * Draws every scene and cuts it into segments beside this folder. Needs ffmpeg with libx264; run once, the segments are kept in git:
 *   npx tsx mock-streams/video/media/make/make-scenes.ts [scene] [--picture seconds file.png]
 */

const framesPerSecond = 15
const segmentSeconds = 2
const media = fileURLToPath(new URL('..', import.meta.url))

/** Answers a function that paints one frame into `context`. */
export function filmOf(scene: Scene, context: SKRSContext2D): (seconds: number) => void {
  const still = createCanvas(width, height)
  scene.backdrop(new Painter(still.getContext('2d'), scene.view, scene.haze))
  const painter = new Painter(context, scene.view, scene.haze)
  return (seconds) => {
    context.drawImage(still, 0, 0)
    const stage = new Stage(painter)
    scene.cast(stage, painter, seconds)
    stage.show()
    darkenCorners(context)
  }
}

function darkenCorners(context: SKRSContext2D): void {
  const shade = context.createRadialGradient(width / 2, height / 2, 170, width / 2, height / 2, 400)
  shade.addColorStop(0, 'rgba(10,12,16,0)')
  shade.addColorStop(1, 'rgba(10,12,16,.42)')
  context.fillStyle = shade
  context.fillRect(0, 0, width, height)
}

function encoder(directory: string) {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${String(width)}x${String(height)}`, '-r', String(framesPerSecond), '-i', '-']
  const gop = String(framesPerSecond * segmentSeconds)
  const video = [
    '-map',
    '0:v',
    '-c:v',
    'libx264',
    '-preset',
    'slower',
    '-profile:v',
    'main',
    '-pix_fmt',
    'yuv420p',
    '-crf',
    '27',
    '-maxrate',
    '260k',
    '-bufsize',
    '520k',
  ]
  const cut = [
    '-g',
    gop,
    '-keyint_min',
    gop,
    '-sc_threshold',
    '0',
    '-bf',
    '0',
    '-f',
    'segment',
    '-segment_time',
    String(segmentSeconds),
    '-segment_format',
    'mpegts',
  ]
  return spawn('ffmpeg', ['-y', '-loglevel', 'error', ...raw, ...video, ...cut, join(directory, '%02d.mpegts')], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
}

async function film(name: string, scene: Scene): Promise<void> {
  const directory = join(media, name)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const canvas = createCanvas(width, height)
  const paint = filmOf(scene, canvas.getContext('2d'))
  const ffmpeg = encoder(directory)
  const ended = once(ffmpeg, 'close')
  for (let frame = 0; frame < loopSeconds * framesPerSecond; frame++) {
    paint(frame / framesPerSecond)
    if (!ffmpeg.stdin.write(Buffer.from(canvas.data()))) await once(ffmpeg.stdin, 'drain')
  }
  ffmpeg.stdin.end()
  await ended
}

async function picture(scene: Scene, seconds: number, file: string): Promise<void> {
  const canvas = createCanvas(width, height)
  filmOf(scene, canvas.getContext('2d'))(seconds)
  await writeFile(file, canvas.toBuffer('image/png'))
}

const [only, option, seconds, file] = process.argv.slice(2)
for (const [name, scene] of Object.entries(scenes)) {
  if (only !== undefined && only !== name) continue
  if (option === '--picture' && file !== undefined) await picture(scene, Number(seconds), file)
  else await film(name, scene)
  console.log(name)
}

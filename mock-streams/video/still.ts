import { crc32, deflateSync } from 'node:zlib'
import type { Camera } from './cameras.ts'

const width = 320
const height = 180

/** Sky and ground of a scene, red, green, blue. */
const colours: Readonly<Record<string, readonly [sky: readonly number[], ground: readonly number[]]>> = {
  crossing: [
    [132, 150, 168],
    [84, 84, 88],
  ],
  river: [
    [142, 164, 178],
    [72, 104, 112],
  ],
  gate: [
    [150, 160, 150],
    [92, 104, 76],
  ],
  square: [
    [148, 152, 160],
    [124, 118, 108],
  ],
  community: [
    [140, 148, 156],
    [104, 96, 88],
  ],
  hall: [
    [176, 168, 152],
    [120, 108, 92],
  ],
}

/** A still picture of a camera, as PNG: sky above, ground below, which is enough to see that it came. */
export function stillOf(camera: Camera): Buffer {
  const [sky = [128, 128, 128], ground = [96, 96, 96]] = colours[camera.scene] ?? []
  const rows = Array.from({ length: height }, (_, row) => {
    const near = row < height / 2 ? sky : ground
    const shade = 0.8 + 0.4 * (row / height)
    const pixel = near.map((part) => Math.min(255, Math.round(part * shade)))
    return Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from(pixel))])
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // eight bits, three colours
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const framed = Buffer.alloc(8 + named.length)
  framed.writeUInt32BE(content.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), 4 + named.length)
  return framed
}

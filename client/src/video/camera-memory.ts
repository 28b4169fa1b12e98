import type { Instant } from '../../../contract/time.ts'
import type { PictureMemory } from './picture-judge.ts'
import { nothingSeen } from './picture-judge.ts'
import type { PlaylistEnd } from './stream.ts'

/** What is known of a camera's stream beyond the life of one player: tiles come and go with the rotation, a standing picture stays one. */
export interface CameraMemory {
  picture: PictureMemory
  /** where its playlist stopped, and when the picture did; undefined while it moves */
  stood: { readonly at: PlaylistEnd; readonly since: Instant } | undefined
}

const mostRemembered = 64
const remembered = new Map<string, CameraMemory>()

/** The memory of a camera, a new one where there is none; the longest unasked for is forgotten. */
export function memoryOf(source: string): CameraMemory {
  const memory = remembered.get(source) ?? { picture: nothingSeen, stood: undefined }
  remembered.delete(source)
  remembered.set(source, memory)
  const [oldest] = remembered.keys()
  if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest)
  return memory
}

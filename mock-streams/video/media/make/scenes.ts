import { community } from './community.ts'
import { crossing } from './crossing.ts'
import { gate } from './gate.ts'
import { hall } from './hall.ts'
import { river } from './river.ts'
import type { Scene } from './scene.ts'
import { square } from './square.ts'

/** Every scene by the name of its folder of segments. */
export const scenes: Readonly<Record<string, Scene>> = { crossing, square, river, gate, community, hall }

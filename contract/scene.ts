import { z } from 'zod'
import { mapLayerNames } from './panel.ts'
import { screenIds } from './screen.ts'

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and -')

/** 场景 of config/scenes.yaml: what a wall shows in quiet times, on watch, under a warning, in an emergency. */
export const sceneSchema = z.strictObject({
  id,
  name: z.string().min(1).max(8),
  nameEn: z.string().min(1).max(24),
  /** one stays; several take turns, each for its time, counted from when the scene began */
  steps: z
    .array(
      z.strictObject({
        screen: z.enum(screenIds),
        /** the default district's where it is left out */
        district: id.optional(),
        dwellSeconds: z.int().min(10).max(86_400).default(60),
      }),
    )
    .min(1)
    .max(20),
  /** layers of the map that are shown, and no others; as each wall has them where it is left out */
  layers: z.array(z.enum(mapLayerNames)).optional(),
  /** 摄像机组: name of a saved set of the video panel, which then stands in place of the rotation */
  cameras: z.string().min(1).max(8).optional(),
})
export type Scene = z.infer<typeof sceneSchema>

import { z } from 'zod'
import type { Layout, Placement, Screen } from '../../contract/configuration.ts'
import { densities } from '../../contract/configuration.ts'
import { panelNames, panels } from '../../contract/panel.ts'
import type { PanelName } from '../../contract/panel.ts'
import { screenIds } from '../../contract/screen.ts'
import { problemsOf } from './problem.ts'
import type { ConfigurationReader } from './read.ts'

/** Rows of the grid between header and strip. */
const gridRows = 24

const panelName = z.string().refine((name): name is PanelName => panelNames.some((known) => known === name), {
  error: (issue) => `no panel is called ${JSON.stringify(issue.input)}; there are ${panelNames.join(', ')}`,
})

const placementSchema = z.strictObject({
  panel: panelName,
  column: z.int().min(0),
  row: z.int().min(0).max(gridRows),
  width: z.int().min(1),
  height: z.int().min(1).max(gridRows),
  bleed: z.boolean().default(false),
  options: z.record(z.string(), z.unknown()).default({}),
})

const screenSchema = z.strictObject({
  id: z.enum(screenIds),
  district: z.string().min(1),
  layouts: z
    .array(
      z.strictObject({
        shape: z.enum(['16:9', '32:9']),
        densities: z.array(z.enum(densities)).min(1),
        columns: z.union([z.literal(24), z.literal(48)]),
        panels: z.array(placementSchema).min(1),
      }),
    )
    .min(1),
})

type Draft = z.infer<typeof placementSchema>

const overlaps = (a: Draft, b: Draft): boolean =>
  a.column < b.column + b.width && b.column < a.column + a.width && a.row < b.row + b.height && b.row < a.row + a.height

/** Reads config/screens/*.yaml: each panel's options by that panel's own schema, each place inside the grid and free of others. */
export function readScreens(reader: ConfigurationReader): readonly Screen[] {
  return reader.list('screens').flatMap((file) => {
    const draft = reader.parse(file, screenSchema)
    if (draft === undefined) return []
    const layouts = draft.layouts.map((layout, index): Layout => ({
      ...layout,
      panels: layout.panels.map((placement, position) => readPlacement(reader, file, placement, ['layouts', index, 'panels', position])),
    }))
    draft.layouts.forEach((layout, index) => {
      checkPlaces(reader, file, layout, index)
    })
    const screen: Screen = { id: draft.id, district: draft.district, layouts }
    reader.place(screen, file)
    return [screen]
  })
}

function readPlacement(reader: ConfigurationReader, file: string, placement: Draft, path: readonly PropertyKey[]): Placement {
  const options = panels[placement.panel].options.safeParse(placement.options)
  if (!options.success) reader.problems.push(...problemsOf(file, options.error, [...path, 'options']))
  return { ...placement, options: options.success ? options.data : {} }
}

function checkPlaces(reader: ConfigurationReader, file: string, layout: { columns: number; panels: readonly Draft[] }, index: number): void {
  layout.panels.forEach((placement, position) => {
    const path = ['layouts', index, 'panels', position]
    if (placement.column + placement.width > layout.columns)
      reader.report(
        file,
        path,
        `reaches column ${String(placement.column + placement.width)} of ${String(layout.columns)}: make it narrower or move it left`,
      )
    if (placement.row + placement.height > gridRows)
      reader.report(file, path, `reaches row ${String(placement.row + placement.height)} of ${String(gridRows)}: make it lower or move it up`)
    layout.panels.slice(0, position).forEach((other) => {
      if (overlaps(placement, other)) reader.report(file, path, `lies over the panel ${other.panel}`)
    })
  })
}

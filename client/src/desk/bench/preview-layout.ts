import type { Place } from '../../../../contract/fact-field.ts'
import { toScreen } from '../../map/mercator.ts'
import type { Bounds, Point, View } from '../../map/mercator.ts'
import { besideDot, middleOf, placeLabels } from '../../map/place-labels.ts'
import { textWidthEm } from '../../ui/text-width.ts'

/** Where the facts of a try stand on the small map. Pure. */

export interface PreviewPoint {
  readonly at: Point
  /** its number in the list beside the map, from 1 */
  readonly number: number
  /** middle of its name; undefined where there was no room */
  readonly name: { readonly text: string; readonly at: Point } | undefined
}

export interface PreviewInput {
  readonly points: readonly { readonly number: number; readonly name: string; readonly place: Place }[]
  readonly view: View
  /** px of the names' type */
  readonly labelPx: number
}

const longestName = 12

/** True inside [west, south, east, north]. */
export const isWithin = ([longitude, latitude]: Place, [west, south, east, north]: Bounds): boolean =>
  longitude >= west && longitude <= east && latitude >= south && latitude <= north

export function layOutPreview({ points, view, labelPx }: PreviewInput): readonly PreviewPoint[] {
  const names = points.map(({ name }) => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name))
  const boxes = placeLabels(
    points.map(({ number, place }, index) => {
      const size = { width: textWidthEm(names[index] ?? '') * labelPx, height: labelPx * 1.15 }
      return { id: String(number), candidates: () => besideDot(toScreen(place, view), size, labelPx * 0.6) }
    }),
    { x: 0, y: 0, width: view.width, height: view.height },
    points.map(({ place }) => {
      const [x, y] = toScreen(place, view)
      return { x: x - labelPx * 0.4, y: y - labelPx * 0.4, width: labelPx * 0.8, height: labelPx * 0.8 }
    }),
  )
  return points.map(({ number, place }, index) => {
    const box = boxes.get(String(number))
    return { at: toScreen(place, view), number, name: box && { text: names[index] ?? '', at: middleOf(box) } }
  })
}

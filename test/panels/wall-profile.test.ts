import { describe, expect, it } from 'vitest'
import type { WallProfile } from '../../contract/configuration.ts'
import { arcMinutePx, chooseProfile, cssVariables, densityOf, measureWall, shapeOf, stepOf, typeSizes } from '../../client/src/screen/wall-profile.ts'

const hall: WallProfile = { id: 'hall-16x9', name: 'h', widthMm: 4800, widthPx: 3840, heightPx: 2160, farthestSeatM: 8, automatic: true }
const wide: WallProfile = { id: 'hall-32x9', name: 'w', widthMm: 9600, widthPx: 7680, heightPx: 2160, farthestSeatM: 8, automatic: true }
const television: WallProfile = { id: 'tv-55', name: 't', widthMm: 1218, widthPx: 3840, heightPx: 2160, farthestSeatM: 4, automatic: false }
const desk: WallProfile = { id: 'desk-24', name: 'd', widthMm: 531.84, widthPx: 1920, heightPx: 1080, farthestSeatM: 0.7, automatic: true }
const walls = [hall, wide, television, desk]

describe('pixels per minute of arc', () => {
  it.each([
    [hall, 1.862],
    [television, 3.669],
    [desk, 0.736],
  ])('follow from pitch and seat: $id', (profile, am) => {
    expect(arcMinutePx(profile)).toBeCloseTo(am, 2)
  })
})

describe('type sizes', () => {
  it('are those of the reference wall at 8 m', () => {
    expect(typeSizes(arcMinutePx(hall))).toEqual({ label: 45, text: 54, title: 62, valueS: 58, value: 80, valueL: 120, headline: 176 })
  })
  it('are those of a desk monitor at 0.7 m', () => {
    expect(typeSizes(arcMinutePx(desk))).toEqual({ label: 18, text: 21, title: 25, valueS: 23, value: 32, valueL: 47, headline: 69 })
  })
  it('double on a television with as many pixels as half the hall', () => {
    const sizes = typeSizes(arcMinutePx(television))
    expect(sizes).toMatchObject({ text: 106, title: 122, valueS: 115, value: 157, valueL: 236, headline: 346 })
    expect(sizes.label).toBeGreaterThanOrEqual(89)
  })
})

it('steps space by 4, 8 or 16 px', () => {
  expect([0.736, 1.19, 1.2, 1.862, 2.79, 2.8, 3.669].map(stepOf)).toEqual([4, 4, 8, 8, 8, 16, 16])
})

it('tells how many lines a wall holds, and how dense its layout may be', () => {
  const measured = [hall, desk, television].map((profile) => measureWall(profile, { width: profile.widthPx, height: profile.heightPx }))
  expect(measured.map(({ capacity }) => capacity)).toEqual([52, 66, 26])
  expect(measured.map(({ density }) => density)).toEqual(['wall', 'full', 'page'])
  expect([60, 59, 40, 39].map(densityOf)).toEqual(['full', 'wall', 'wall', 'page'])
})

it('calls a window broad from 2.6 : 1', () => {
  expect(shapeOf({ width: 7680, height: 2160 })).toBe('32:9')
  expect(shapeOf({ width: 2600, height: 1000 })).toBe('32:9')
  expect(shapeOf({ width: 2599, height: 1000 })).toBe('16:9')
})

describe('the profile of a window', () => {
  it('is the one named, even where another fits the pixels', () => {
    expect(chooseProfile(walls, { width: 3840, height: 2160 }, 'tv-55').id).toBe('tv-55')
  })
  it('is the automatic one with exactly its pixels', () => {
    expect(chooseProfile(walls, { width: 3840, height: 2160 }, undefined).id).toBe('hall-16x9')
    expect(chooseProfile(walls, { width: 3840, height: 2160 }, 'no-such-wall').id).toBe('hall-16x9')
  })
  it('is never a television by itself', () => {
    expect(chooseProfile([television, desk], { width: 3840, height: 2160 }, undefined).id).toBe('window')
  })
  it('is a desk monitor of the window’s own size otherwise, type in proportion', () => {
    const size = { width: 1280, height: 720 }
    const wall = measureWall(chooseProfile(walls, size, undefined), size)
    expect(wall.profile).toBe('window')
    expect(wall.am / 0.736).toBeCloseTo(720 / 1080, 2)
    expect(wall.density).toBe('full')
  })
  it('needs no configured wall', () => {
    expect(measureWall(chooseProfile([], { width: 1920, height: 1080 }, undefined), { width: 1920, height: 1080 }).type.label).toBe(18)
  })
})

it('draws a wall smaller in a window that shows less pixels than the wall has', () => {
  expect(measureWall(hall, { width: 1920, height: 1080 }).type.label).toBe(23)
})

it('hands the style sheet whole pixels', () => {
  const variables = cssVariables(measureWall(hall, { width: 3840, height: 2160 }))
  expect(variables['--label']).toBe('45px')
  expect(variables['--header']).toBe('136px')
  expect(variables['--strip']).toBe('88px')
  expect(variables['--margin']).toBe('80px')
})

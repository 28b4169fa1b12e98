import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { M3U8Parser } from 'hls.js'
import { expect, test } from 'vitest'
import { PlaylistError, readPlaylist } from '../../server/video/playlist.ts'
import type { Reference } from '../../server/video/playlist.ts'

/**
 * Playlists that others wrote to try their parser (corpus/m3u8-parser: the fixtures of that package, 7.2.0, with its licence), read by the parser of a third (hls.js) as they are and
 * as we hand them on: all must be the same but for the addresses, and each name must stand for the address that was in its place.
 */
const folder = fileURLToPath(new URL('corpus/m3u8-parser/', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.m3u8'))
const base = 'https://media.test/live/camera/index.m3u8'
const isNoPlaylist = new Set(['empty.m3u8', 'manifestNoExtM3u.m3u8', 'start.m3u8'])
/** It has an EXTINF without a number, which hls.js takes for the address of a segment. */
const misread = 'extinf.m3u8'

/** What hls.js makes of a playlist, as plain values. Addresses stand as `addressOf` says. */
function structureOf(text: string, addressOf: (text: string) => string): unknown {
  if (!M3U8Parser.isMediaPlaylist(text)) {
    const parsed = M3U8Parser.parseMasterPlaylist(text, base)
    return plain({ ...parsed, media: M3U8Parser.parseMasterPlaylistMedia(text, base, parsed) }, addressOf)
  }
  // as: the kinds of playlists are an enumeration that is declared and not exported
  const picture = JSON.parse('"main"') as Parameters<typeof M3U8Parser.parseLevelPlaylist>[3]
  return plain(M3U8Parser.parseLevelPlaylist(text, base, 0, picture, 0, null), addressOf)
}

/** The text itself, and what hls.js remembers of where it was. */
const asides = new Set(['m3u8', 'base', 'tagList', 'relurl', '_url', 'stats'])
const addressKeys = /^(url|uri|URI|SERVER-URI|X-ASSET-URI|X-ASSET-LIST)$/

function plain(value: unknown, addressOf: (text: string) => string, key = '', above: readonly unknown[] = []): unknown {
  if (value instanceof Error) return value.message.replaceAll(/https?:\S+/g, '')
  if (typeof value === 'string') return addressKeys.test(key) && value !== '' ? addressOf(new URL(value, base).href) : value
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return typeof value === 'function' ? undefined : value
  if (above.includes(value)) return 'as above'
  const own: object = value
  // what a segment works out when it is asked
  const worked =
    Array.isArray(value) || !('relurl' in value) ? [] : ['url', 'byteRange'].map((name): [string, unknown] => [name, Reflect.get(own, name)])
  const inner = [...Object.entries(own), ...worked].filter(([name]) => !asides.has(name))
  return Object.fromEntries(inner.map(([name, each]) => [name, plain(each, addressOf, Array.isArray(value) ? key : name, [...above, value])]))
}

test('the corpus is there', () => {
  expect(files.length).toBeGreaterThan(50)
})

test.each(files.filter((file) => !isNoPlaylist.has(file)))('%s means the same after its addresses were exchanged', (file) => {
  const text = readFileSync(folder + file, 'utf8')
  const references: Reference[] = []
  const written = readPlaylist(text, { base }).write((reference) => `https://wall.test/${String(references.push(reference) - 1)}`)
  // the parser knows where it thinks the playlist is from, and every name is meant against that
  const addressOf = (name: string): string =>
    name === base ? base : (references[Number(/^https:\/\/wall\.test\/(\d+)$/.exec(name)?.[1])]?.address ?? `not exchanged: ${name}`)
  // spaces around lines, and comments before the first tag, hls.js does not take
  const cleaned = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^#(?!EXT)/.test(line))
    .join('\n')
  if (file !== misread) expect(structureOf(written, addressOf)).toEqual(structureOf(cleaned, (address) => address))
  const tagsOf = (lines: string): readonly string[] => lines.split('\n').flatMap((line) => /^\s*(#EXT[^:\s]*)/.exec(line)?.[1] ?? [])
  expect(tagsOf(written)).toEqual(tagsOf(text))
})

test.each([...isNoPlaylist])('%s is none', (file) => {
  expect(() => readPlaylist(readFileSync(folder + file, 'utf8'), { base })).toThrow(PlaylistError)
})

/** Playlists as text (RFC 8216 and its low-latency extension): every address in them is replaced, nothing else is. */

export type AddressKind = 'playlist' | 'media'

/** A text that is no playlist, or one with an address that cannot be handed on. */
export class PlaylistError extends Error {
  override readonly name = 'PlaylistError'
}

/** Tags whose URI names another playlist. */
const playlistTags = /^#EXT-X-(MEDIA|I-FRAME-STREAM-INF|RENDITION-REPORT):/
const addressAttribute = /([A-Z0-9-]*URI)="([^"]*)"/g

/**
 * Replaces each address of a playlist.
 * @param text of the playlist as the platform sent it
 * @param base address it came from, against which relative addresses are meant
 * @param sign gives what stands in the place of an absolute http(s) address
 * @returns the playlist with the same tags in the same order; byte ranges and discontinuities untouched, comments left out
 * Errors: PlaylistError.
 */
export function rewritePlaylist(text: string, base: string, sign: (address: string, kind: AddressKind) => string): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines[0]?.trim() !== '#EXTM3U') throw new PlaylistError('not a playlist: it does not begin with #EXTM3U')
  const isMaster = lines.some((line) => line.startsWith('#EXT-X-STREAM-INF'))
  return lines
    .filter((line) => !line.startsWith('#') || line.startsWith('#EXT'))
    .map((line) => {
      if (line.trim() === '') return line
      if (!line.startsWith('#')) return sign(absolute(line.trim(), base), isMaster ? 'playlist' : 'media')
      const kind = playlistTags.test(line) ? 'playlist' : 'media'
      return line.replace(addressAttribute, (whole, name: string, address: string) =>
        // a key written out in the playlist itself has no address
        address.startsWith('data:') ? whole : `${name}="${sign(absolute(address, base), kind)}"`,
      )
    })
    .join('\n')
}

function absolute(address: string, base: string): string {
  let url: URL
  try {
    url = new URL(address, base)
  } catch (cause) {
    throw new PlaylistError('an address in the playlist cannot be read', { cause })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new PlaylistError(`an address in the playlist has the scheme ${url.protocol}`)
  return url.href
}

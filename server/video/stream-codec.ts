/** Which codec a piece of video is in, by its bytes: what browsers are asked whether they can show (RFC 6381). */

const packetBytes = 188
const syncByte = 0x47

/** stream_type of a program map (ISO/IEC 13818-1, table 2-34) */
const h264Type = 0x1b
const h265Type = 0x24

/**
 * @param piece the beginning of a transport stream, or an initialisation section of fragmented MP4
 * @returns such as `avc1.64001f` or `hvc1`; undefined where there is no video that is known
 */
export function codecOf(piece: Buffer): string | undefined {
  return piece[0] === syncByte && piece[packetBytes] === syncByte ? codecOfTransportStream(piece) : codecOfMp4(piece)
}

function codecOfTransportStream(stream: Buffer): string | undefined {
  const type = videoTypeOf(stream)
  if (type === h265Type) return 'hvc1'
  return type === h264Type ? (codecOfParameterSet(stream) ?? 'avc1') : undefined
}

/** The first video stream that a program map names. A map is small: it is looked for whole in one packet. */
function videoTypeOf(stream: Buffer): number | undefined {
  for (let at = 0; at + packetBytes <= stream.length && stream[at] === syncByte; at += packetBytes) {
    const section = programMapIn(stream.subarray(at, at + packetBytes))
    const type = section === undefined ? undefined : videoTypeIn(section)
    if (type !== undefined) return type
  }
  return undefined
}

function programMapIn(packet: Buffer): Buffer | undefined {
  const [flags = 0, control = 0] = [packet[1], packet[3]]
  const isStart = (flags & 0x40) !== 0
  const hasPayload = (control & 0x10) !== 0
  if (!isStart || !hasPayload) return undefined
  const begin = 4 + ((control & 0x20) !== 0 ? 1 + (packet[4] ?? 0) : 0)
  const section = packet.subarray(begin + 1 + (packet[begin] ?? 0))
  return section[0] === 0x02 && section.length > 12 ? section : undefined
}

function videoTypeIn(section: Buffer): number | undefined {
  const length = Math.min(section.length, 3 + (section.readUInt16BE(1) & 0x0fff) - 4)
  let at = 12 + (section.readUInt16BE(10) & 0x0fff)
  while (at + 5 <= length) {
    const type = section[at]
    if (type === h264Type || type === h265Type) return type
    at += 5 + (section.readUInt16BE(at + 3) & 0x0fff)
  }
  return undefined
}

/** Profile, constraints and level are the first bytes of an H.264 sequence parameter set, whose unit begins with 0x67 or 0x27. */
function codecOfParameterSet(stream: Buffer): string | undefined {
  const startCode = Buffer.of(0, 0, 1)
  for (let at = stream.indexOf(startCode); at >= 0 && at + 7 <= stream.length; at = stream.indexOf(startCode, at + 3)) {
    const unit = stream[at + 3] ?? 0
    if ((unit & 0x1f) === 7) return `avc1.${stream.toString('hex', at + 4, at + 7)}`
  }
  return undefined
}

function codecOfMp4(init: Buffer): string | undefined {
  const avc = init.indexOf('avcC', 0, 'latin1')
  if (avc >= 0 && avc + 8 <= init.length) return `avc1.${init.toString('hex', avc + 5, avc + 8)}`
  return ['hvcC', 'hev1', 'hvc1'].some((box) => init.indexOf(box, 0, 'latin1') >= 0) ? 'hvc1' : undefined
}

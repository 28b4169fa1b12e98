/** as the camera sends it · coded anew, small */
export type Coding = 'copy' | 'h264'

const widest = 640
const keyFrameSeconds = 2

const encoder: readonly string[] = [
  ...['-vf', `scale='min(${String(widest)},iw)':-2`, '-pix_fmt', 'yuv420p'],
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'main', '-threads', '1'],
  ...['-crf', '26', '-maxrate', '900k', '-bufsize', '1800k', '-force_key_frames', `expr:gte(t,n_forced*${String(keyFrameSeconds)})`],
]

/**
 * Fragments that begin with a key frame, written out as soon as they are whole. Without a trailer: for it ffmpeg would remember every fragment
 * of the months that a wall runs.
 */
const output = ['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov+default_base_moof+skip_trailer', '-flush_packets', '1', 'pipe:1']

/** ffmpeg's arguments: from an input of ours to MP4 on standard output. Sound is left out: walls are silent, and cameras code it as telephones do. */
export function argumentsFor(input: readonly string[], coding: Coding): readonly string[] {
  const codec = coding === 'copy' ? ['-c:v', 'copy'] : encoder
  const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning']
  const decoder = coding === 'copy' ? [] : ['-threads', '1', '-filter_threads', '1']
  return [...quiet, ...decoder, ...input, '-map', '0:v:0', '-an', ...codec, '-avoid_negative_ts', 'make_zero', ...output]
}

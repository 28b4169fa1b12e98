import { readFileSync } from 'node:fs'

// Behaves as ffmpeg does, as far as the gateway sees it. What it does is the end of the address on its standard input, or what it is fed:
// `/h264/stay` writes three seconds of pictures and then nothing more.
const writes = (name) => process.stdout.write(readFileSync(new URL(`${name}.mp4`, import.meta.url)))
const standing = ['h264', 'h265', 'mpeg4']
// longer than any test; not for ever, should a test leave it behind
const stay = () => setTimeout(() => undefined, 60_000)
const endings = {
  stay,
  // until its input ends
  whole: () => void process.stdin.resume(),
  exit: () => undefined,
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  stubborn: () => {
    process.on('SIGTERM', () => undefined)
    stay()
  },
  complain: () => {
    process.stderr.write("Unknown encoder 'libx264'\n")
    process.exitCode = 1
  },
  'no-tag': () => {
    process.stderr.write('[mp4 @ 0x55] Could not find tag for codec flv1 in stream #0, codec not currently supported in container\n')
    process.exitCode = 1
  },
}

process.stdin.once('data', (input) => {
  const [, pictures, ending] = /\/([a-z0-9]+)\/([a-z-]+)/.exec(input.toString()) ?? []
  const isCodedAnew = process.argv.includes('libx264')
  if (isCodedAnew && ending === 'no-coder') return endings.complain()
  if (pictures === 'garbage') process.stdout.write('GIF89a, or whatever this is\n')
  else if (isCodedAnew || standing.includes(pictures)) writes(isCodedAnew ? 'h264' : pictures)
  endings[ending === 'no-coder' || (isCodedAnew && ending === 'no-tag') ? 'stay' : ending]()
})

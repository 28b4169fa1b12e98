import { onScopeDispose, ref, watch } from 'vue'
import type { Ref } from 'vue'

/** 提示音: two short tones made with WebAudio, once for each new urgent alarm that waits. */

const heardKey = 'yiping.alarms.heard'
const mutedKey = 'yiping.alarms.muted'
/** occurrences; more than can wait at once */
const mostRemembered = 1_000

/** Two tones, seconds after one another: told apart from any other sound of a room. */
const tones = [
  { hertz: 880, at: 0 },
  { hertz: 660, at: 0.22 },
] as const
const toneSeconds = 0.18
/** a fraction of full loudness */
const loudness = 0.2

/** What makes a sound; a test puts something else in its place. */
export interface Speaker {
  /** At once; where the browser allows no sound before somebody has pressed something, as soon as it does. */
  sound(): void
  /** Somebody has pressed something. */
  wake(): void
  close(): void
}

/** @param tell whether what should be heard is not */
export type OpenSpeaker = (tell: (isBlocked: boolean) => void) => Speaker

const browserSpeaker: OpenSpeaker = (tell) => {
  let context: AudioContext | undefined
  /** tones wait for the browser's leave: its clock stands until then */
  let isQueued = false
  function follow(opened: AudioContext): AudioContext {
    opened.addEventListener('statechange', () => {
      isQueued &&= opened.state !== 'running'
      tell(isQueued)
    })
    return opened
  }
  return {
    sound() {
      const own = (context ??= follow(new AudioContext()))
      if (!isQueued) for (const { hertz, at } of tones) play(own, hertz, own.currentTime + at)
      isQueued = own.state !== 'running'
      tell(isQueued)
      void own.resume()
    },
    wake: () => void context?.resume(),
    close: () => void context?.close(),
  }
}

function play(context: AudioContext, hertz: number, at: number): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(loudness, at)
  gain.gain.exponentialRampToValueAtTime(0.001, at + toneSeconds)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + toneSeconds)
}

export interface AlarmSound {
  readonly isMuted: Readonly<Ref<boolean>>
  /** an alarm should have sounded, and the browser did not allow it yet */
  readonly isBlocked: Readonly<Ref<boolean>>
  readonly toggle: () => void
}

/**
 * Sounds once for each occurrence that has not sounded in this browser, also across a reload; several at once sound once.
 * @param occurrences of urgent alarms that wait, each by a name of its own
 * @param isOn whether this page sounds at all
 */
export function useAlarmSound(
  occurrences: () => readonly string[],
  isOn: () => boolean = () => true,
  openSpeaker: OpenSpeaker = browserSpeaker,
): AlarmSound {
  const isMuted = ref(localStorage.getItem(mutedKey) === 'yes')
  const isBlocked = ref(false)
  let heard: ReadonlySet<string> = new Set(localStorage.getItem(heardKey)?.split('\n'))
  const speaker = openSpeaker((blocked) => {
    isBlocked.value = blocked
  })

  function listen(): void {
    if (!isOn()) return
    const unheard = occurrences().filter((each) => !heard.has(each))
    if (unheard.length === 0) return
    if (!isMuted.value) speaker.sound()
    // a page that is loaded again has no alarms at first: what it has not, it must not forget
    heard = new Set([...heard, ...unheard].slice(-mostRemembered))
    localStorage.setItem(heardKey, [...heard].join('\n'))
  }
  watch(() => occurrences().join('\n'), listen, { immediate: true })
  const wake = (): void => {
    speaker.wake()
  }
  addEventListener('keydown', wake)
  addEventListener('pointerdown', wake)
  onScopeDispose(() => {
    removeEventListener('keydown', wake)
    removeEventListener('pointerdown', wake)
    speaker.close()
  })
  return {
    isMuted,
    isBlocked,
    toggle() {
      isMuted.value = !isMuted.value
      localStorage.setItem(mutedKey, isMuted.value ? 'yes' : 'no')
    },
  }
}

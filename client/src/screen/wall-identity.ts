import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { minuteMs, secondMs } from '../../../contract/time.ts'
import type { WallIdentity, WallState } from '../../../contract/wall.ts'
import { useTopic } from '../live/use-topic.ts'
import { useKeys } from './use-keys.ts'

/** 大屏身份: which wall this browser is, as the server knows it by its session. */
export interface WallSelf {
  /** undefined until the server has said so */
  readonly identity: Readonly<ShallowRef<WallIdentity | undefined>>
  /** as the topic tells it; undefined on a browser that is no wall */
  readonly wall: Readonly<Ref<WallState | undefined>>
  /** the code stands on the screen */
  readonly isCodeShown: Readonly<Ref<boolean>>
  readonly askAgain: () => void
}

/** A browser that nobody enrols is not covered for ever: the code stands for its first ten minutes, and for ten more when key p is pressed. */
const shownForMs = 10 * minuteMs
const storageKey = 'yiping.code-until'
/** somebody stands at the desk and waits for the wall to notice */
const askEveryMs = 3 * secondMs
const againAfterMs = 10 * secondMs

export function useWallSelf(): WallSelf {
  const identity = shallowRef<WallIdentity>()
  const code = useCodeTime()
  const isWaiting = computed(() => identity.value?.state === 'waiting' || identity.value?.state === 'revoked')
  const isCodeShown = computed(() => identity.value?.state === 'revoked' || (identity.value?.state === 'waiting' && code.isOn.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = async (): Promise<void> => {
    clearTimeout(timer)
    const told = await askIdentity()
    if (told !== undefined) identity.value = told
    if (told?.state === 'waiting') code.begin()
    if (told === undefined || isCodeShown.value) timer = setTimeout(() => void ask(), told === undefined ? againAfterMs : askEveryMs)
  }
  const askAgain = (): void => void ask()
  useKeys((key) => {
    if (key !== 'p' || !isWaiting.value) return
    code.renew()
    askAgain()
  })
  onScopeDispose(() => {
    clearTimeout(timer)
  })
  askAgain()
  return { identity, wall: useOwnWall(identity, askAgain), isCodeShown, askAgain }
}

/** The topic is followed by walls alone. One that vanishes from it was revoked. */
function useOwnWall(identity: Readonly<ShallowRef<WallIdentity | undefined>>, askAgain: () => void): Readonly<Ref<WallState | undefined>> {
  const enrolled = computed(() => (identity.value?.state === 'enrolled' ? identity.value : undefined))
  const walls = useTopic('walls', () => enrolled.value?.district)
  const wall = computed(() => walls.value.get(enrolled.value?.wall ?? ''))
  watch(wall, (now, before) => {
    if (now === undefined && before !== undefined) askAgain()
  })
  return wall
}

function useCodeTime(): { readonly isOn: Readonly<Ref<boolean>>; begin(): void; renew(): void } {
  const isOn = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  const until = (): number => Number(localStorage.getItem(storageKey) ?? Number.NaN)
  const showUntil = (end: number): void => {
    clearTimeout(timer)
    const leftMs = end - Date.now()
    // more than there can be: the PC's clock was set back
    isOn.value = leftMs > 0 && leftMs <= shownForMs
    if (isOn.value) timer = setTimeout(() => (isOn.value = false), leftMs)
  }
  const renew = (): void => {
    localStorage.setItem(storageKey, String(Date.now() + shownForMs))
    showUntil(until())
  }
  onScopeDispose(() => {
    clearTimeout(timer)
  })
  return {
    isOn,
    renew,
    begin: () => {
      if (Number.isNaN(until())) renew()
      else showUntil(until())
    },
  }
}

async function askIdentity(): Promise<WallIdentity | undefined> {
  try {
    const answer = await fetch('/api/walls/me', { headers: { accept: 'application/json' }, cache: 'no-store' })
    // our own server answers with what the contract says
    return answer.ok ? ((await answer.json()) as WallIdentity) : undefined
  } catch {
    // the server is away, which the screen tells by itself
    return undefined
  }
}

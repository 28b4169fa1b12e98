import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Move } from '../../../../contract/video.ts'
import type { Refusal, Told } from './camera-api.ts'

export interface Turning {
  /** what the camera has been told to do and not to stop */
  readonly move: Readonly<Ref<Move | undefined>>
  /** why the last command was not carried out */
  readonly refusal: Readonly<ShallowRef<Refusal | undefined>>
  readonly press: (move: Exclude<Move, 'stop'>) => void
  readonly release: () => void
}

/**
 * Turns a camera while a button or key is held. Commands go one after the other: a stop that overtakes its move would leave the camera turning.
 * Letting go anywhere, leaving the window and closing the page all stop it.
 */
export function useTurning(send: (move: Move) => Promise<Told<undefined>>): Turning {
  const move = ref<Move>()
  const refusal = shallowRef<Refusal>()
  let last = Promise.resolve()

  function say(next: Move): void {
    last = last.then(async () => {
      const told = await send(next)
      if (!told.ok) refusal.value = told.refusal
      else if (next !== 'stop') refusal.value = undefined
    })
  }
  function release(): void {
    if (move.value === undefined) return
    move.value = undefined
    say('stop')
  }
  function press(next: Exclude<Move, 'stop'>): void {
    if (move.value === next) return
    release()
    move.value = next
    say(next)
  }
  /** A page that goes has no later in which a stop could wait for its move. */
  function stopNow(): void {
    if (move.value === undefined) return
    move.value = undefined
    void send('stop')
  }
  const leaving = ['pointerup', 'pointercancel', 'blur'] as const
  for (const event of leaving) window.addEventListener(event, release)
  window.addEventListener('pagehide', stopNow)
  onScopeDispose(() => {
    for (const event of leaving) window.removeEventListener(event, release)
    window.removeEventListener('pagehide', stopNow)
    release()
  })
  return { move, refusal, press, release }
}

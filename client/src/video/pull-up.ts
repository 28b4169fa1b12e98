import { readonly, ref } from 'vue'
import type { Ref } from 'vue'
import { minuteMs } from '../../../contract/time.ts'

/** 调看: a camera that somebody asked for, such as by touching it on the map. It takes the first place for a while, then the rotation goes on. */

export const pulledUpMs = 5 * minuteMs

const pulled = ref<string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Id of the video source that was asked for; undefined when none was, or its time is over. */
export const pulledUp: Readonly<Ref<string | undefined>> = readonly(pulled)

/** Asks for a camera, in place of the one asked for before. @param source id of a video source */
export function pullUp(source: string): void {
  clearTimeout(timer)
  pulled.value = source
  timer = setTimeout(letGo, pulledUpMs)
}

/** Before its time. */
export function letGo(): void {
  clearTimeout(timer)
  pulled.value = undefined
}

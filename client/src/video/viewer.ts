import { readonly, ref } from 'vue'
import type { Ref } from 'vue'
import { secondMs } from '../../../contract/time.ts'

/** Who looks at this page: the name that its session signs with, else the role of the screen. */
export interface Viewer {
  readonly role: 'wall' | 'desk' | 'admin'
  readonly name?: string
}

const askAgainMs = 10 * secondMs
const viewer = ref<Viewer>()
let isAsked = false

/** Undefined until the server has said so; asked for with the first tile that needs it, and again until there is an answer. */
export function useViewer(): Readonly<Ref<Viewer | undefined>> {
  if (!isAsked) {
    isAsked = true
    void ask()
  }
  return readonly(viewer)
}

async function ask(): Promise<void> {
  try {
    const answer = await fetch('/api/session', { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (!answer.ok) throw new Error(`HTTP ${String(answer.status)}`)
    // our own server answers with what the contract says
    viewer.value = (await answer.json()) as Viewer
  } catch {
    // the server is away, which the screen tells by itself; a watermark of the time alone is better than none
    setTimeout(() => void ask(), askAgainMs)
  }
}

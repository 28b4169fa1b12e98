import { inject } from 'vue'
import type { InjectionKey, ShallowRef } from 'vue'
import type { Configuration } from '../../contract/configuration.ts'

/** How far the page has come on its way to a screen. */
export type Boot =
  | { readonly state: 'asking' }
  | { readonly state: 'waiting' }
  | { readonly state: 'signed-out' }
  | { readonly state: 'ready'; readonly configuration: Configuration }

export const configurationKey: InjectionKey<Configuration> = Symbol('configuration')

/** The server's configuration; components below App.vue are drawn only when it is there. */
export function useConfiguration(): Configuration {
  const configuration = inject(configurationKey)
  if (configuration === undefined) throw new Error('useConfiguration() needs App.vue above it')
  return configuration
}

const [shortestPauseMs, longestPauseMs] = [500, 10_000]

/** Asks for the configuration until it is there; needs no hand to try again. Ends early only where the browser is not signed in. */
export async function fetchConfiguration(boot: ShallowRef<Boot>): Promise<void> {
  for (let pause = shortestPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    const next = await askOnce()
    if (next !== undefined) {
      boot.value = next
      return
    }
    boot.value = { state: 'waiting' }
    await new Promise((done) => setTimeout(done, pause))
  }
}

async function askOnce(): Promise<Boot | undefined> {
  try {
    const answer = await fetch('/api/configuration', { headers: { accept: 'application/json' } })
    if (answer.status === 401 || answer.status === 403) return { state: 'signed-out' }
    if (!answer.ok) return undefined
    // our own server answers with what the contract says
    return { state: 'ready', configuration: (await answer.json()) as Configuration }
  } catch {
    // no network: the caller tries again
    return undefined
  }
}

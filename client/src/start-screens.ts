import { createApp, h, shallowRef } from 'vue'
import App from './App.vue'
import { fetchConfiguration } from './configuration.ts'
import type { Boot } from './configuration.ts'
import { i18n } from './i18n/language.ts'
import { provideLive } from './live/use-topic.ts'
import { router } from './router.ts'
import { rememberHome } from './screen/navigation.ts'

/** What the desk and the walls see: asks for the configuration until it is there, then shows what the address names. */
export function startScreens(): void {
  rememberHome()
  const boot = shallowRef<Boot>({ state: 'asking' })
  const app = createApp({ render: () => h(App, { boot: boot.value }) })
  app.use(router)
  app.use(i18n)
  provideLive(app, { build: () => ownBuild(boot.value) })
  void fetchConfiguration(boot)
  app.mount('#app')
}

/** The code and the configuration this page draws with; a page of older code than its configuration is told apart too. */
function ownBuild(boot: Boot): string | undefined {
  if (boot.state !== 'ready') return undefined
  const { build } = boot.configuration
  return build.startsWith(__BUILD__) ? build : __BUILD__
}

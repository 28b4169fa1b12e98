import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const contract = fileURLToPath(new URL('../contract', import.meta.url))
const server = process.env['YIPING_URL'] ?? 'http://127.0.0.1:8080'

/** Names the build by its sources, so that a screen notices when the server has another one (P7). */
function hashOfSources(): string {
  const hash = createHash('sha256')
  for (const folder of [root, contract])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|vue|css|html)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

export default defineConfig({
  root,
  plugins: [vue()],
  define: {
    __BUILD__: JSON.stringify(process.env['BUILD'] ?? hashOfSources()),
    // only the composition face of vue-i18n is used; its compiler must not need eval, which the content security policy forbids
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    // the map's engine alone is larger than the default limit; it is loaded only by screens that have a map
    chunkSizeWarningLimit: 1_600,
    // a font inlined as data: would be refused by the content security policy
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': server,
      '/sign-in': server,
      '/live': { target: server, ws: true },
    },
  },
})

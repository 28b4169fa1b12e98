import { defineConfig } from 'vitest/config'
import vue from '@vitejs/plugin-vue'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [vue()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: ['test/support/property-seed.ts'],
          // they run beside those of the whole, and a machine may have two cores
          testTimeout: 30_000,
          hookTimeout: 30_000,
          include: [
            'test/{core,contract,ingest,protocol,feeds,panels,config,store,http,video,mocks,clock-check,entry,links,report,soak,architecture}/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/{wall,faults}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['test/support/build-once.mjs'],
        },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['test/services/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/build-once.mjs'],
        },
      },
    ],
    coverage: { provider: 'v8', include: ['contract/**/*.ts', 'server/core/**/*.ts'] },
  },
})

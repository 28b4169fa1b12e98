// Node cannot run TypeScript by itself in a worker: this file, plain JavaScript, brings the loader and then the work.
import { register } from 'tsx/esm/api'

register()
await import('./historian-work.ts')
